export interface InvocationOptions {
  readonly traceHeader?: string | undefined;
  /** Aborted when the caller disconnects, which does not end the function on AWS. */
  readonly signal: AbortSignal;
}

/** The result of an invocation. */
export interface InvocationReply {
  /** Status: 200 (also if the function threw an error), 404 for an unknown function, 429 if throttled. */
  readonly statusCode: number;
  /** The function's reply, or `{errorType, errorMessage, ...}` together with `functionError`. */
  readonly payload?: Uint8Array;
  readonly functionError?: 'Handled' | 'Unhandled' | undefined;
}

/** Invokes a function of the laptop by name. */
export type InvokeFunction = (
  functionName: string,
  payload: Uint8Array,
  options: InvocationOptions,
) => Promise<InvocationReply>;

/** A request to run a state machine to its end. */
export interface SyncExecutionRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly traceHeader?: string | undefined;
  readonly signal: AbortSignal;
}

/** The result of an execution. */
export type SyncExecutionResult =
  | { readonly status: 'SUCCEEDED' /** JSON text. */; readonly output: string }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    };

/** Runs a state machine; returns undefined for an unknown ARN. */
export type StartSyncExecution = (request: SyncExecutionRequest) => Promise<SyncExecutionResult | undefined>;

/** Runs a STANDARD state machine to its end in the background. @throws when `signal` is aborted */
export type RunExecution = (request: SyncExecutionRequest) => Promise<SyncExecutionResult>;
