import type { Clock } from './clock.ts';
import { StateFailure } from './failure.ts';
import type { History } from './history.ts';
import { expressionSource, isExpression, type Json, type JsonObject, stringsOf } from './json.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import type { State } from './loading/definition.ts';
import type { Expressions } from './loading/expressions.ts';
import type { Variables } from './variables.ts';

/** What a function answered. */
export interface InvokeResult {
  /** As Lambda's Invoke answers: 200 also for an error that the function threw; 429 when throttled. */
  readonly statusCode: number;
  /** `Handled` or `Unhandled` when the function threw; `payload` is then `{errorType, errorMessage, ...}`. */
  readonly functionError?: string | undefined;
  /** The reply, as a JSON value and not as text. */
  readonly payload: unknown;
}

/**
 * Invokes a function and waits for its answer. A rejection is a fault of the way to it (`Lambda.SdkClientException`),
 * but for a `SragError` of code `THROTTLED`. `signal` is aborted when nobody waits for the answer any more, which on
 * AWS does not end the function; `timeoutMs` is how long the state will wait, if it is limited.
 */
export type Invoke = (
  functionName: string,
  payload: Json,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number | undefined },
) => Promise<InvokeResult>;

/** Lists what the ItemReader of a Distributed Map asks for, such as the objects of a bucket under a prefix. */
export type ReadItems = (
  resource: string,
  parameters: JsonObject,
  signal: AbortSignal,
) => AsyncIterable<Json> | Iterable<Json>;

/** What an execution works with. */
export interface Services {
  readonly invoke: Invoke;
  readonly readItems: ReadItems | undefined;
  readonly clock: Clock;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  readonly evaluator: Evaluator;
  readonly expressions: Expressions;
}

/** Where a sequence of states runs. */
export interface Surroundings {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  /** Context object but for `State`. */
  readonly context: JsonObject;
  readonly history: History;
}

/** One state that has been entered. */
export interface Frame extends Surroundings {
  readonly name: string;
  readonly input: Json;
  readonly enteredId: number;
  readonly enteredAt: string;
  readonly retryCount: number;
}

/** What a state hands on; without `next` the sequence ends. */
export interface Outcome {
  readonly output: Json;
  readonly next?: string | undefined;
}

/** A state's own values in `$states` beside input and context. */
export type StateValues = { readonly result?: Json; readonly errorOutput?: Json };

/** A failure of a state, with the beginning that Step Functions gives its causes. */
export const failureIn = ({ name, enteredId }: Frame, error: string, problem: string): StateFailure =>
  new StateFailure(
    error,
    `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${problem}`,
  );

/**
 * The template with every `{% %}` in it evaluated.
 * @throws StateFailure `States.QueryEvaluationError`.
 */
export async function evaluate(
  frame: Frame,
  template: Json,
  field: string,
  values: StateValues = {},
): Promise<Json> {
  const names = new Set<string>();
  let count = 0;
  for (const { text } of stringsOf(template, field)) {
    if (!isExpression(text)) continue;
    count += 1;
    const parsed = frame.services.expressions.get(expressionSource(text));
    for (const name of parsed?.variables ?? []) names.add(name);
  }
  if (count === 0) return template;
  const { name, input, enteredAt, retryCount, context, services } = frame;
  const state = { EnteredTime: enteredAt, Name: name, RetryCount: retryCount };
  const variables: Record<string, Json> = {
    states: { input, ...values, context: { ...context, State: state } },
  };
  for (const variable of names) {
    const value = variable === 'states' ? undefined : frame.variables.get(variable);
    if (value !== undefined) variables[variable] = value;
  }
  const nowMs = services.clock.now();
  const seed = Math.floor(services.random() * 2 ** 32);
  const reply = await services.evaluator.evaluate({ template, field, variables, nowMs, seed }, frame.signal);
  if ('cause' in reply) throw failureIn(frame, 'States.QueryEvaluationError', reply.cause);
  return JSON.parse(reply.json) as Json;
}

/** @throws StateFailure `States.QueryEvaluationError` for a value of another type than the field takes. */
export function unexpected(frame: Frame, template: Json, field: string, wanted: string, value: Json): never {
  const source = isExpression(template) ? expressionSource(template) : JSON.stringify(template);
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  throw failureIn(
    frame,
    'States.QueryEvaluationError',
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${wanted}', but was '${type}' for value: ${JSON.stringify(value).slice(0, 200)}`,
  );
}

/** The number that a field states or evaluates to. @throws StateFailure `States.QueryEvaluationError`. */
export async function evaluateNumber(
  frame: Frame,
  template: Json,
  field: string,
  limits: { readonly min: number; readonly max: number; readonly fraction?: boolean },
): Promise<number> {
  const value = await evaluate(frame, template, field);
  const { min, max, fraction = false } = limits;
  const isRight = typeof value === 'number' && value >= min && value <= max;
  if (!isRight || !(fraction || Number.isInteger(value))) {
    unexpected(frame, template, field, `${fraction ? 'number' : 'integer'} from ${min} to ${max}`, value);
  }
  return value;
}

/** The text that a field states or evaluates to. @throws StateFailure `States.QueryEvaluationError`. */
export async function evaluateText(frame: Frame, template: string, field: string): Promise<string> {
  const value = await evaluate(frame, template, field);
  if (typeof value !== 'string') unexpected(frame, template, field, 'string', value);
  return value;
}

/** Runs the states of a sequence; given to the states that hold one. */
export type RunStates = (
  sequence: { readonly StartAt: string; readonly States: Readonly<Record<string, State>> },
  input: Json,
  surroundings: Surroundings,
) => Promise<Json>;
