import {
  type ExecutionResult,
  type Invoke,
  type Json,
  type LoadOptions,
  loadStateMachine,
  type RunOptions,
} from '../../src/laptop/index.ts';
import { Evaluator } from '../../src/laptop/state-machine/jsonata/evaluator.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A machine with JSONata states that starts with `A`. */
export const machineOf = (states: object, more: object = {}): object => ({
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: states,
  ...more,
});

/** A machine with `A` as its only state. */
export const single = (state: object): object => machineOf({ A: { ...state, End: true } });

/** A machine whose output is the value of one expression. */
export const expression = (source: string): object => single({ Type: 'Pass', Output: `{% ${source} %}` });

/** Functions by name; a thrown error becomes a function error, as in Lambda. */
export type Functions = Readonly<Record<string, (payload: never) => unknown>>;

/** Invokes functions in this process. */
export const invoking =
  (functions: Functions): Invoke =>
  async (name, payload) => {
    const call = functions[name];
    if (call === undefined) return { statusCode: 404, payload: { Message: `Function not found: ${name}` } };
    try {
      return { statusCode: 200, payload: (await call(payload as never)) ?? null };
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      return { statusCode: 200, functionError: 'Unhandled', payload: { errorType, errorMessage } };
    }
  };

/** An error whose name is reported as its type. */
export const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

export const LAMBDA = 'arn:aws:states:::lambda:invoke';
/** A task that invokes a function with a payload. */
export const task = (functionName: string, payload: Json = {}, more: object = {}): object => ({
  Type: 'Task',
  Resource: LAMBDA,
  Arguments: { FunctionName: functionName, Payload: payload },
  ...more,
});

export interface VirtualRun {
  readonly result: ExecutionResult;
  /** Duration on the virtual clock, in milliseconds. */
  readonly tookMs: number;
  readonly clock: VirtualClock;
}

const evaluator = new Evaluator();

/** Runs a definition in virtual time; functions that take time must sleep on the given clock. */
export async function runVirtually(
  definition: object,
  input: Json,
  functions: (clock: VirtualClock) => Invoke = () => invoking({}),
  options: Partial<RunOptions> & { readonly load?: LoadOptions } = {},
): Promise<VirtualRun> {
  const clock = new VirtualClock(evaluator);
  const { load, ...runOptions } = options;
  const startMs = clock.now();
  const run = loadStateMachine(definition, load).run(input, {
    random: () => 0.5,
    ...runOptions,
    invoke: functions(clock),
    clock,
    evaluator,
  });
  const result = await clock.during(run);
  return { result, tookMs: clock.now() - startMs, clock };
}

/** The output of a run, which must succeed. */
export async function outputOf(
  definition: object,
  input: Json = {},
  functions: Functions = {},
): Promise<Json | undefined> {
  const { result } = await runVirtually(definition, input, () => invoking(functions));
  if (result.status !== 'SUCCEEDED') throw new Error(`${result.status} ${result.error}: ${result.cause}`);
  return result.output;
}

/** The error and cause of a run, which must fail. */
export async function failureOf(
  definition: object,
  input: Json = {},
  functions: Functions = {},
): Promise<{ readonly error: string | undefined; readonly cause: string | undefined }> {
  const { result } = await runVirtually(definition, input, () => invoking(functions));
  if (result.status !== 'FAILED') throw new Error(`${result.status}: ${JSON.stringify(result.output)}`);
  return { error: result.error, cause: result.cause };
}
