import { randomUUID } from 'node:crypto';
import { SragError } from '../../core/index.ts';
import { type Clock, systemClock, within } from './clock.ts';
import type { Invoke, ReadItems, Services } from './execution.ts';
import { StateFailure } from './failure.ts';
import { failureDetails, History, type HistoryEvent } from './history.ts';
import { type Json, jsonBytes } from './json.ts';
import { Evaluator } from './jsonata/evaluator.ts';
import { EXPRESS_LIMIT_SECONDS, MAX_PAYLOAD_BYTES } from './limits.ts';
import type { Sequence } from './loading/definition.ts';
import { type CheckedDefinition, checkDefinition, type LoadOptions } from './loading/load.ts';
import { runStates } from './run-states.ts';
import { Variables } from './variables.ts';

/** Options of a run; only `invoke` is required. */
export interface RunOptions {
  readonly invoke: Invoke;
  /** Lists the items of a Distributed Map; required if the definition has one. */
  readonly readItems?: ReadItems;
  /** Cancels the run, which then rejects with `CANCELLED`. */
  readonly signal?: AbortSignal;
  /** Name of the execution, 1 to 80 characters; default a UUID. */
  readonly name?: string;
  /** ARN of the state machine, from which the execution's ARN is derived. */
  readonly stateMachineArn?: string;
  readonly clock?: Clock;
  /** Returns random numbers from 0 to 1, for jitter. */
  readonly random?: () => number;
  /** Evaluates JSONata; by default threads shared by all machines of the process. */
  readonly evaluator?: Evaluator;
}

/** The end of an execution, and its history. */
export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** Output of a successful run; Step Functions returns it as JSON text. */
  readonly output?: Json;
  /** Error of a failed run. */
  readonly error?: string;
  readonly cause?: string;
  /** The first 1,000 events. */
  readonly history: readonly HistoryEvent[];
}

/** A validated definition that can be run any number of times, also concurrently. */
export interface StateMachine {
  readonly type: 'EXPRESS' | 'STANDARD';
  /**
   * Runs the machine. Failures of the machine are part of the result.
   * @throws INVALID_ARGUMENT for an input over 256 KiB, an invalid name or a missing `readItems`; CANCELLED
   * when `signal` is aborted.
   */
  run(input: Json, options: RunOptions): Promise<ExecutionResult>;
}

const LOCAL_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:local';
const NAME = /^[A-Za-z0-9_.+!@()=,'-]{1,80}$/;

/** Threads for JSONata, shared by all machines of the process and started on demand. */
const sharedEvaluator = new Evaluator();

/**
 * Loads a definition in Amazon States Language, given as an object or JSON text. Everything is validated
 * here: unimplemented features are refused, never ignored.
 * @throws INVALID_CONFIG or UNSUPPORTED, with the path of the field in `fields.path`.
 */
export function loadStateMachine(definition: unknown, options: LoadOptions = {}): StateMachine {
  const checked = checkDefinition(definition, options);
  if (checked.expressions.size > 0) sharedEvaluator.prepare();
  return { type: checked.type, run: (input, runOptions) => run(checked, input, runOptions) };
}

/** The time limit of an execution was reached. */
const TIMED_OUT = Symbol('TIMED_OUT');

async function run(checked: CheckedDefinition, input: Json, options: RunOptions): Promise<ExecutionResult> {
  const { machine, type, expressions } = checked;
  const {
    clock = systemClock,
    random = Math.random,
    name = randomUUID(),
    stateMachineArn = LOCAL_ARN,
  } = options;
  checkRun(machine, input, name, options);
  const { invoke, readItems, evaluator = sharedEvaluator } = options;
  const services: Services = { invoke, readItems, clock, random, evaluator, expressions };
  const startMs = clock.now();
  const executionArn = executionArnOf(stateMachineArn, type, name);
  const history = new History(clock, type === 'STANDARD');
  const signal = options.signal ?? new AbortController().signal;
  const context = contextObject(executionArn, stateMachineArn, name, input, startMs);
  history.add('ExecutionStarted');
  try {
    const limitMs = 1_000 * limitSeconds(machine.TimeoutSeconds, type);
    const output = await within(clock, limitMs, signal, TIMED_OUT, (until) =>
      runStates(machine, input, { services, signal: until, variables: new Variables(), context, history }),
    );
    history.note('ExecutionSucceeded', {});
    return { status: 'SUCCEEDED', output, history: history.events };
  } catch (error) {
    if (signal.aborted)
      throw new SragError('CANCELLED', 'The execution was cancelled.', { cause: signal.reason });
    if (error === TIMED_OUT) {
      history.note('ExecutionTimedOut', {});
      return { status: 'TIMED_OUT', history: history.events };
    }
    if (!(error instanceof StateFailure)) throw error;
    const details = failureDetails(error);
    history.note('ExecutionFailed', details);
    return { status: 'FAILED', ...details, history: history.events };
  }
}

/** Time limit of an execution in seconds: the definition's own, but at most the limit for its type. */
function limitSeconds(stated: number | undefined, type: StateMachine['type']): number {
  const most = type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : 31_536_000;
  return Math.min(stated ?? most, most);
}

function checkRun(machine: Sequence, input: Json, name: string, options: RunOptions): void {
  if (input === undefined)
    throw new SragError('INVALID_ARGUMENT', 'The input is missing; use null for no input.');
  const bytes = jsonBytes(input);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new SragError('INVALID_ARGUMENT', `The input has ${bytes} bytes (at most ${MAX_PAYLOAD_BYTES}).`);
  }
  if (!NAME.test(name)) {
    throw new SragError('INVALID_ARGUMENT', `'${name}' is not a valid name of an execution.`, {
      remedy: 'Use 1 to 80 letters, digits and -_.+!@()=,.',
    });
  }
  if (options.readItems === undefined && Object.values(machine.States).some(({ Type }) => Type === 'Map')) {
    throw new SragError('INVALID_ARGUMENT', 'The definition has a Map, so the run needs readItems.');
  }
}

const executionArnOf = (stateMachineArn: string, type: StateMachine['type'], name: string): string =>
  type === 'EXPRESS'
    ? `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`
    : `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** Content of `$states.context`, except `State` and `Map`. */
function contextObject(
  executionArn: string,
  stateMachineArn: string,
  name: string,
  input: Json,
  startMs: number,
): { readonly [key: string]: Json } {
  return {
    Execution: {
      Id: executionArn,
      Input: input,
      Name: name,
      RoleArn: 'arn:aws:iam::000000000000:role/local',
      StartTime: new Date(startMs).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').at(-1) ?? '' },
  };
}
