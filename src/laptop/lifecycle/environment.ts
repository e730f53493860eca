import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { EnvironmentProcess } from './environment-process.ts';
import type { FunctionDefinition, InvocationResult, InvokeOptions, Report } from './port.ts';
import { reportLine } from './report-line.ts';
import { RuntimeApi } from './runtime-api.ts';
import { type RuntimeError, runtimeError } from './runtime-error.ts';
import { newTraceId } from './trace-id.ts';
import { variablesOf } from './variables.ts';

/**
 * Time limit of an init. As on Lambda, an init that exceeds it counts towards the invocation, so it may take
 * longer by the function's timeout.
 */
const MAX_INIT_MS = 10_000;
const ACCOUNT = '123456789012';

/** Parameters of an environment besides its function. */
export interface EnvironmentOptions {
  readonly id: string;
  /** Its private `/tmp`. */
  readonly temporaryFolder: string;
  /** Arguments that start the Node.js runtime: the executable and the bootstrap. */
  readonly runtime: readonly string[];
  readonly onLog: (line: string) => void;
  /** Runs the process at low priority, because there are more environments than processors. */
  readonly yields?: boolean;
  /** Whether the environment is frozen between invocations. */
  readonly freezes?: boolean | undefined;
  readonly onThaw?: (frozenMs: number) => void;
  /** Called when the environment is ready for the next invocation. */
  readonly onReady: () => void;
  readonly onEnd: () => void;
}

interface Running {
  readonly requestId: string;
  readonly startedMs: number;
  readonly finish: (result: InvocationResult) => void;
  readonly timer: NodeJS.Timeout;
  /** Set once the response is streaming. */
  stream?: { readonly body: PassThrough; readonly report: (report: Report) => void };
}

/** One execution environment: a process that speaks the Runtime API and handles one invocation at a time. */
export class ExecutionEnvironment {
  readonly id: string;
  readonly #definition: FunctionDefinition;
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #startedMs = performance.now();
  #process: EnvironmentProcess | undefined;
  #running: Running | undefined;
  #initMs: number | undefined;
  #initError: RuntimeError | undefined;
  #isFirst = true;
  #isEnded = false;
  #isKilled = false;
  readonly #init = Promise.withResolvers<void>();
  readonly #end = Promise.withResolvers<void>();

  constructor(definition: FunctionDefinition, options: EnvironmentOptions) {
    this.id = options.id;
    this.#definition = definition;
    this.#options = options;
    this.#api = new RuntimeApi({
      ready: () => this.#ready(),
      initFailed: (errorType, payload) => {
        this.#initError = { errorType, payload };
        // The invocation would fail even if the runtime continued.
        this.kill();
      },
      responded: (requestId, payload) => this.#responded(requestId, payload),
      failed: (requestId, errorType, payload) => this.#failed(requestId, errorType, payload),
      streams: (requestId, contentType, body) => this.#streams(requestId, contentType, body),
    });
  }

  /** Starts the process. Resolves when it is ready for its first invocation or has failed to initialise. */
  async start(): Promise<void> {
    const address = await this.#api.listen();
    if (this.#isKilled) return this.#ended('signal: killed');
    const { runtime, yields, freezes, onLog } = this.#options;
    this.#process = new EnvironmentProcess(this.#definition, {
      command: this.#definition.bootstrap ?? runtime,
      variables: variablesOf(this.#definition, { ...this.#options, address }),
      yields,
      freezes,
      onLog,
      onOverMemory: () => this.kill(),
      onEnd: (how) => this.#ended(how),
    });
    const initTimer = setTimeout(() => this.kill(), MAX_INIT_MS + this.#definition.timeoutMs);
    await this.#init.promise;
    clearTimeout(initTimer);
  }

  /** Runs one invocation; the environment must be started and idle. */
  invoke(payload: Buffer, options: InvokeOptions = {}): Promise<InvocationResult> {
    const requestId = options.requestId ?? randomUUID();
    const startedMs = performance.now();
    return new Promise((finish) => {
      const { timeoutMs, name } = this.#definition;
      const timer = setTimeout(() => this.#timedOut(), timeoutMs);
      this.#running = { requestId, startedMs, finish, timer };
      if (this.#isEnded) return this.#fail(this.#initError ?? NO_REASON);
      this.#options.onLog(`START RequestId: ${requestId} Version: $LATEST`);
      // Thaws the process and enforces the function's processor share, which does not apply to INIT.
      this.#options.onThaw?.(this.#process?.startInvocation() ?? 0);
      this.#api.assign({
        requestId,
        payload,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`,
        traceId: options.traceId ?? newTraceId(),
      });
    });
  }

  /** Ends the process in any state, even before it was started. */
  kill(): void {
    this.#isKilled = true;
    this.#process?.kill();
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  #ready(): void {
    this.#process?.endInvocation();
    if (this.#initMs === undefined) {
      this.#initMs = performance.now() - this.#startedMs;
      this.#init.resolve();
    }
  }

  /**
   * Reports that the environment has responded. An event that arrives before the next poll waits for that
   * poll.
   */
  #free(): void {
    if (!this.#isKilled) this.#options.onReady();
  }

  #responded(requestId: string, payload: Buffer): void {
    const running = this.#take(requestId);
    if (running === undefined) return;
    running.finish({ kind: 'response', payload, report: this.#report(running, 'success') });
    this.#free();
  }

  #failed(requestId: string, errorType: string, payload: Buffer): void {
    if (this.#running?.requestId !== requestId) return;
    this.#fail({ errorType, payload });
    this.#free();
  }

  #streams(requestId: string, contentType: string, source: IncomingMessage): void {
    const running = this.#running;
    if (running?.requestId !== requestId) return;
    const body = new PassThrough();
    // The reader of the body handles its errors. Without a reader, they must not end this process.
    body.on('error', () => {});
    const report = new Promise<Report>((resolve) => {
      running.stream = { body, report: resolve };
    });
    running.finish({ kind: 'stream', contentType, body, report });
    source.pipe(body, { end: false });
    source.on('error', () => {});
    source.on('end', () => {
      if (this.#take(requestId) === undefined) return;
      const errorType = source.trailers['lambda-runtime-function-error-type'];
      running.stream?.report(this.#report(running, errorType === undefined ? 'success' : 'error'));
      if (errorType === undefined) body.end();
      else body.destroy(new Error(String(errorType)));
      this.#free();
    });
    // Lambda does not tell a function that its client disconnected. The rest of the output is discarded.
    body.on('close', () => source.resume());
  }

  #timedOut(): void {
    const seconds = (this.#definition.timeoutMs / 1_000).toFixed(2);
    const { requestId } = this.#running ?? {};
    this.#fail(
      runtimeError(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
      ),
      'timeout',
    );
    this.kill();
  }

  #ended(how: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#process?.release();
    this.#api.close();
    this.#initError ??= runtimeError(
      this.#process?.isOverMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
      `RequestId: ${this.#running?.requestId ?? ''} Error: Runtime exited with error: ${how}`,
    );
    if (this.#running !== undefined) this.#fail(this.#initError);
    this.#init.resolve();
    this.#end.resolve();
    this.#options.onEnd();
  }

  #fail(error: RuntimeError, status: Report['status'] = 'error'): void {
    const running = this.#take(this.#running?.requestId ?? '');
    if (running === undefined) return;
    this.#options.onLog(`ERROR ${error.payload.toString('utf8').slice(0, 2_000)}`);
    const report = this.#report(running, status);
    if (running.stream === undefined) running.finish({ kind: 'function-error', ...error, report });
    else {
      running.stream.report(report);
      running.stream.body.destroy(new Error(error.errorType));
    }
  }

  /** Ends the current invocation if its id matches. */
  #take(requestId: string): Running | undefined {
    const running = this.#running;
    if (running?.requestId !== requestId) return undefined;
    clearTimeout(running.timer);
    this.#running = undefined;
    return running;
  }

  #report({ requestId, startedMs }: Running, status: Report['status']): Report {
    const durationMs = performance.now() - startedMs;
    const initMs = this.#isFirst ? (this.#initMs ?? performance.now() - this.#startedMs) : undefined;
    this.#isFirst = false;
    const { memoryMb } = this.#definition;
    const maxMemoryMb = this.#process?.maxMemoryMb ?? 0;
    const billedMs = Math.ceil(durationMs + (initMs ?? 0));
    this.#options.onLog(`END RequestId: ${requestId}`);
    const report = { requestId, durationMs, billedMs, initMs, maxMemoryMb, memoryMb, status };
    this.#options.onLog(reportLine(report));
    return report;
  }
}

const NO_REASON = runtimeError('Runtime.ExitError', 'Runtime exited without providing a reason');
