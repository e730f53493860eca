import { z } from 'zod';
import { isExpression, type Json, type JsonObject } from '../json.ts';

/** Maximum duration in a field, in seconds. */
const MAX_SECONDS = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;
const OR_JSONATA = ' or {% JSONata %}';

/**
 * Every alternative has the complete message, because a union reports only the issue of the alternative with
 * the right type.
 */
const orExpression = <S extends z.ZodType>(schema: S, error: string) =>
  z.union([schema, z.string().refine(isExpression, { error })], { error });
const wholeNumber = (min: number, max: number, words = '') => {
  const error = `must be a whole number from ${min} to ${max}${words}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const wholeOrExpression = (min: number) =>
  orExpression(
    wholeNumber(min, MAX_SECONDS, OR_JSONATA),
    `must be a whole number from ${min} to ${MAX_SECONDS}${OR_JSONATA}`,
  );
const json = z.json() as z.ZodType<Json>;
const jsonObject = z.record(z.string(), json) as unknown as z.ZodType<JsonObject>;
const stateName = z.string().min(1).max(80, { error: 'must be a state name of at most 80 characters' });

const retrier = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: wholeNumber(1, MAX_SECONDS).default(1),
  MaxAttempts: wholeNumber(0, MAX_SECONDS).default(3),
  BackoffRate: z.number().min(1, { error: 'must be a number of at least 1' }).default(2),
  MaxDelaySeconds: wholeNumber(1, MAX_DELAY_SECONDS - 1).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  Comment: z.string().optional(),
});

const catcher = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Next: stateName,
  Assign: jsonObject.optional(),
  Output: json.optional(),
  Comment: z.string().optional(),
});

const common = { Comment: z.string().optional() };
const output = { Output: json.optional() };
const assign = { Assign: jsonObject.optional() };
const transition = { Next: stateName.optional(), End: z.literal(true).optional() };
const recovery = { Retry: z.array(retrier).default([]), Catch: z.array(catcher).default([]) };

const pass = z.strictObject({ Type: z.literal('Pass'), ...common, ...output, ...assign, ...transition });

const task = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.string(),
  Arguments: json.optional(),
  TimeoutSeconds: wholeOrExpression(1).optional(),
  ...common,
  ...output,
  ...assign,
  ...transition,
  ...recovery,
});

const choice = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z
    .array(
      z.strictObject({
        Condition: orExpression(z.boolean(), 'must be {% JSONata %}, true or false'),
        Next: stateName,
        Comment: z.string().optional(),
        ...output,
        ...assign,
      }),
    )
    .min(1),
  Default: stateName.optional(),
  ...common,
  ...output,
  ...assign,
});

const processorConfig = z.strictObject(
  {
    Mode: z.literal('DISTRIBUTED', { error: "must be 'DISTRIBUTED'" }),
    ExecutionType: z.literal('STANDARD', { error: "must be 'STANDARD'" }),
  },
  { error: "must be an object with 'Mode' and 'ExecutionType'" },
);

// Typed by hand, because nested states make the types circular.
const itemProcessor: z.ZodType<Sequence> = z.lazy(() =>
  z.strictObject({ ProcessorConfig: processorConfig, ...sequence() }),
);

const map = z.strictObject({
  Type: z.literal('Map'),
  ItemReader: z.strictObject(
    { Resource: z.string(), Arguments: json },
    { error: "must be an object with 'Resource' and 'Arguments'" },
  ),
  ItemSelector: json.optional(),
  ItemBatcher: z
    .strictObject({ MaxItemsPerBatch: wholeOrExpression(1), BatchInput: json.optional() })
    .optional(),
  ItemProcessor: itemProcessor,
  MaxConcurrency: wholeOrExpression(0).default(0),
  ToleratedFailurePercentage: orExpression(
    z.number().min(0).max(100),
    `must be a number from 0 to 100${OR_JSONATA}`,
  ).default(0),
  Label: z.string().max(40).optional(),
  ...common,
  ...output,
  ...assign,
  ...transition,
  ...recovery,
});

const state = z.discriminatedUnion('Type', [pass, task, choice, map], {
  error: 'must have a Type: Task, Pass, Choice or Map',
});

/** The fields that a state machine and an item processor share: the states, and the name of the first one. */
function sequence(): SequenceShape {
  return { StartAt: stateName, States: z.record(stateName, state), Comment: z.string().optional() };
}

// A type rather than an interface, because zod requires shapes to have an index signature.
type SequenceShape = {
  readonly StartAt: z.ZodType<string>;
  readonly States: z.ZodType<Readonly<Record<string, State>>>;
  readonly Comment: z.ZodOptional<z.ZodString>;
};

/** Schema of a definition; rules across fields are checked separately. */
export const machineSchema = z.strictObject({
  QueryLanguage: z.literal('JSONata', { error: "must be 'JSONata'" }),
  TimeoutSeconds: wholeNumber(1, MAX_SECONDS).optional(),
  Version: z.literal('1.0').optional(),
  ...sequence(),
});

/** A sequence of states: a state machine, or the item processor of a Map. */
export interface Sequence {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type Retrier = Readonly<z.output<typeof retrier>>;
export type Catcher = Readonly<z.output<typeof catcher>>;
export type PassState = Readonly<z.output<typeof pass>>;
export type TaskState = Readonly<z.output<typeof task>>;
export type ChoiceState = Readonly<z.output<typeof choice>>;
export type MapState = Readonly<z.output<typeof map>>;
export type State = PassState | TaskState | ChoiceState | MapState;
/** States with Retry and Catch. */
export type RecoverableState = TaskState | MapState;
