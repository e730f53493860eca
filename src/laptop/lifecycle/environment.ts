import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { lowerPriority } from './low-priority.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { FunctionDefinition, InvocationResult, InvokeOptions, Report } from './port.ts';
import { ProcessorShare } from './processor-share.ts';
import { reportLine } from './report-line.ts';
import { RuntimeApi } from './runtime-api.ts';
import { variablesOf } from './variables.ts';

/**
 * A longer init is charged to the invocation; like on Lambda, it may then take the function's timeout in
 * addition.
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
  /** Runs at low priority: there are more environments than processors. */
  readonly yields?: boolean;
  /** Whether it is frozen between invocations. */
  readonly freezes?: boolean | undefined;
  readonly onThaw?: (frozenMs: number) => void;
  /** Called when it can handle an invocation, and when it has ended. */
  readonly onReady: () => void;
  readonly onEnd: () => void;
}

interface Running {
  readonly requestId: string;
  readonly startedMs: number;
  readonly finish: (result: InvocationResult) => void;
  readonly timer: NodeJS.Timeout;
  /** The response, once it is streaming. */
  stream?: { readonly body: PassThrough; readonly report: (report: Report) => void };
}

/** One execution environment: a process that speaks the Runtime API and handles one invocation at a time. */
export class ExecutionEnvironment {
  readonly id: string;
  readonly #definition: FunctionDefinition;
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #startedMs = performance.now();
  #process: ChildProcess | undefined;
  #memory: MemoryWatch | undefined;
  #share: ProcessorShare | undefined;
  #running: Running | undefined;
  #initMs: number | undefined;
  #initError: { readonly errorType: string; readonly payload: Buffer } | undefined;
  #isFirst = true;
  #isEnded = false;
  #isOverMemory = false;
  #isKilled = false;
  #initTimer: NodeJS.Timeout | undefined;
  #settleInit: () => void = () => {};
  readonly #init = new Promise<void>((resolve) => {
    this.#settleInit = resolve;
  });
  #settleEnd: () => void = () => {};
  readonly #end = new Promise<void>((resolve) => {
    this.#settleEnd = resolve;
  });

  constructor(definition: FunctionDefinition, options: EnvironmentOptions) {
    this.id = options.id;
    this.#definition = definition;
    this.#options = options;
    this.#api = new RuntimeApi({
      ready: () => this.#ready(),
      initFailed: (errorType, payload) => {
        this.#initError = { errorType, payload };
        // The invocation is lost even if the runtime continues.
        this.kill();
      },
      responded: (requestId, payload) => this.#responded(requestId, payload),
      failed: (requestId, errorType, payload) => this.#failed(requestId, errorType, payload),
      streams: (requestId, contentType, body) => this.#streams(requestId, contentType, body),
    });
  }

  /** Starts the process; resolves when it is ready for its first invocation, or failed to initialise. */
  async start(): Promise<void> {
    const address = await this.#api.listen();
    if (this.#isKilled) return this.#ended('signal: killed');
    const [program = '', ...words] = this.#definition.bootstrap ?? this.#options.runtime;
    const child = spawn(program, words, {
      cwd: this.#definition.root,
      env: variablesOf(this.#definition, { ...this.#options, address }),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in a terminal is sent to the whole process group and would end an environment in mid-request.
      detached: true,
    });
    this.#process = child;
    for (const output of [child.stdout, child.stderr]) this.#log(output);
    child.on('error', (error) => this.#ended(`cannot be started: ${error.message}`));
    child.on('exit', (code, signal) =>
      this.#ended(
        signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`,
      ),
    );
    if (child.pid !== undefined) {
      if (this.#options.yields) lowerPriority(child.pid);
      const { memoryMb } = this.#definition;
      this.#share = new ProcessorShare(child.pid, { memoryMb, freezes: this.#options.freezes });
      this.#memory = new MemoryWatch(child.pid, memoryMb, () => {
        this.#isOverMemory = true;
        this.kill();
      });
    }
    this.#initTimer = setTimeout(() => this.kill(), MAX_INIT_MS + this.#definition.timeoutMs);
    await this.#init;
    clearTimeout(this.#initTimer);
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
      // INIT runs unthrottled; from here on the function's processor share applies, and it is thawed.
      this.#options.onThaw?.(this.#share?.start() ?? 0);
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
    this.#share?.release();
    this.#process?.kill('SIGKILL');
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#end;
  }

  #ready(): void {
    this.#share?.stop();
    if (this.#initMs === undefined) {
      this.#initMs = performance.now() - this.#startedMs;
      this.#settleInit();
    }
  }

  /** It has responded and will poll next; an event that arrives earlier is held until then. */
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
    // The reader of the body handles its errors; without a reader they must not end this process.
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
    // Lambda does not tell a function that its client disconnected: the rest of its output is read and
    // dropped.
    body.on('close', () => source.resume());
  }

  #timedOut(): void {
    const seconds = (this.#definition.timeoutMs / 1_000).toFixed(2);
    const { requestId } = this.#running ?? {};
    this.#fail(
      errorOf('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`),
      'timeout',
    );
    this.kill();
  }

  #ended(how: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#memory?.stop();
    this.#share?.release();
    this.#api.close();
    this.#initError ??= errorOf(
      this.#isOverMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
      `RequestId: ${this.#running?.requestId ?? ''} Error: Runtime exited with error: ${how}`,
    );
    if (this.#running !== undefined) this.#fail(this.#initError);
    this.#settleInit();
    this.#settleEnd();
    this.#options.onEnd();
  }

  #fail(
    error: { readonly errorType: string; readonly payload: Buffer },
    status: Report['status'] = 'error',
  ): void {
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
    const maxMemoryMb = this.#memory?.mostMb ?? 0;
    const billedMs = Math.ceil(durationMs + (initMs ?? 0));
    this.#options.onLog(`END RequestId: ${requestId}`);
    const report = { requestId, durationMs, billedMs, initMs, maxMemoryMb, memoryMb, status };
    this.#options.onLog(reportLine(report));
    return report;
  }

  #log(output: NodeJS.ReadableStream | null): void {
    let rest = '';
    output?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#options.onLog(line);
    });
    output?.on('end', () => {
      if (rest !== '') this.#options.onLog(rest);
    });
  }
}

const errorOf = (errorType: string, errorMessage: string) => ({
  errorType,
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
});

const NO_REASON = errorOf('Runtime.ExitError', 'Runtime exited without providing a reason');

/** X-Ray's header: a root id that contains the time, sampled. */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
}
