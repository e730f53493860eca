/** How a function is invoked. `Event` is answered as soon as it is accepted. */
export type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

export interface InvocationOptions {
  readonly traceHeader?: string | undefined;
  /** Base64, as the client sent it. */
  readonly clientContext?: string | undefined;
  /** Aborted when the caller is gone, which on AWS does not end the function. */
  readonly signal: AbortSignal;
}

/** What became of an invocation. */
export interface InvocationReply {
  /** 200 also for an error that the function threw; 202 for an event; 404 without such a function; 429 throttled. */
  readonly statusCode: number;
  /** The function's reply, or `{errorType, errorMessage, ...}` beside `functionError`. */
  readonly payload?: Uint8Array;
  readonly functionError?: 'Handled' | 'Unhandled' | undefined;
  /** The last 4 KB of the log in base64, where the caller asked for them. */
  readonly logTail?: string | undefined;
  /** Of 429, as Lambda names it: `ReservedFunctionConcurrentInvocationLimitExceeded`. */
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Invokes a function of the laptop by its name. */
export type InvokeFunction = (
  functionName: string,
  payload: Uint8Array,
  invocationType: InvocationType,
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

/** How an execution ended. */
export type SyncExecutionResult =
  | { readonly status: 'SUCCEEDED' /** JSON text. */; readonly output: string }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    };

/** Runs a state machine; gives undefined where there is none of that ARN. */
export type StartSyncExecution = (request: SyncExecutionRequest) => Promise<SyncExecutionResult | undefined>;

/** Runs a STANDARD state machine to its end, which nobody waits for. @throws when `signal` is aborted */
export type RunExecution = (request: SyncExecutionRequest) => Promise<SyncExecutionResult>;
