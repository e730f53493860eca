import { randomUUID } from 'node:crypto';
import { messageOf } from '../../../core/index.ts';
import { wireError } from '../wire-error.ts';
import type { RunExecution, SyncExecutionResult } from './handlers.ts';

/** Maximum number of completed executions kept; AWS keeps them for 90 days. */
const KEPT = 1_000;

/** A running or completed execution of a STANDARD state machine. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startedMs: number;
  /** Undefined while the execution runs. */
  readonly end?: { readonly stoppedMs: number; readonly result: SyncExecutionResult };
}

/** Executions of STANDARD state machines, which run in the background and end with this process. */
export class Executions {
  readonly #machines: Readonly<Record<string, RunExecution>>;
  readonly #executions = new Map<string, Execution>();
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** @param machines state machines by ARN */
  constructor(machines: Readonly<Record<string, RunExecution>>) {
    this.#machines = machines;
  }

  /** Whether a STANDARD state machine has this ARN. */
  has(stateMachineArn: string): boolean {
    return Object.hasOwn(this.#machines, stateMachineArn);
  }

  /** Starts an execution. @throws StateMachineDoesNotExist */
  start(stateMachineArn: string, input: string): Execution {
    if (!this.has(stateMachineArn)) {
      const message = `State Machine Does Not Exist: '${stateMachineArn}'`;
      throw wireError('StateMachineDoesNotExist', 400, message);
    }
    const name = randomUUID();
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution = { executionArn, stateMachineArn, name, input, startedMs: Date.now() };
    this.#executions.set(executionArn, execution);
    const work = this.#run(execution).finally(() => this.#running.delete(work));
    this.#running.add(work);
    return execution;
  }

  /** @throws ExecutionDoesNotExist */
  get(executionArn: string): Execution {
    const execution = this.#executions.get(executionArn);
    if (execution !== undefined) return execution;
    throw wireError('ExecutionDoesNotExist', 400, `Execution Does Not Exist: '${executionArn}'`);
  }

  /** Ends running executions; the functions they have invoked continue, as on AWS. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  async #run(execution: Execution): Promise<void> {
    const { signal } = this.#closing;
    const run = this.#machines[execution.stateMachineArn]!;
    // An exception of the interpreter also ends the execution, because no caller awaits it.
    const result = await run({ ...execution, signal }).catch(
      (error: unknown): SyncExecutionResult =>
        signal.aborted
          ? { status: 'ABORTED' }
          : { status: 'FAILED', error: 'States.Runtime', cause: messageOf(error) },
    );
    // Inserted again, so that completed executions are ordered by their end.
    this.#executions.delete(execution.executionArn);
    this.#executions.set(execution.executionArn, { ...execution, end: { stoppedMs: Date.now(), result } });
    this.#forget();
  }

  #forget(): void {
    const ended = [...this.#executions.values()].filter(({ end }) => end !== undefined);
    for (const { executionArn } of ended.slice(0, -KEPT)) this.#executions.delete(executionArn);
  }
}
