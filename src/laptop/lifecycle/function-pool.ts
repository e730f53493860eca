import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ExecutionEnvironment } from './environment.ts';
import type { FunctionDefinition, InvocationResult, InvokeOptions, Report } from './port.ts';

/** How a function's environments are created and ended. */
export interface PoolOptions {
  /** Folder for the private `/tmp` of environments. */
  readonly folder: string;
  readonly runtime: readonly string[];
  /** Idle time after which environments are ended. */
  readonly idleMs: number;
  /** Freezes environments between invocations, as on Lambda; default false. */
  readonly freezes?: boolean;
  /** Called when an environment is thawed. */
  readonly onThaw?: (environmentId: string, frozenMs: number) => void;
  /** Maximum new environments per ten seconds; 1,000 on Lambda. */
  readonly scaleRate: number;
  readonly onLog: (functionName: string, environmentId: string, line: string) => void;
  readonly onReport?: (functionName: string, environmentId: string, report: Report) => void;
  /**
   * Environment variables of one environment, in addition to those of its function. They contain the
   * credentials that identify its requests.
   */
  readonly variablesOf?: (environmentId: string) => Readonly<Record<string, string>>;
}

const SCALE_WINDOW_MS = 10_000;

interface Member {
  readonly environment: ExecutionEnvironment;
  isBusy: boolean;
  usedMs: number;
}

/**
 * The execution environments of one function. Each handles one request at a time; new ones are created up to
 * the concurrency limit.
 */
export class FunctionPool {
  readonly #definition: FunctionDefinition;
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #reaper: NodeJS.Timeout;
  readonly #starts: number[] = [];
  #count = 0;
  #isClosed = false;

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.#definition = definition;
    this.#options = options;
    this.#reaper = setInterval(() => this.#reap(), Math.min(options.idleMs, 1_000));
    this.#reaper.unref();
  }

  /** Number of current environments. */
  get size(): number {
    return this.#members.size;
  }

  async invoke(payload: Buffer, options: InvokeOptions = {}): Promise<InvocationResult> {
    const idle = this.#newestIdle();
    if (idle !== undefined) {
      idle.isBusy = true;
      return this.#run(idle, payload, options);
    }
    if (this.#isClosed || this.#members.size >= this.#definition.concurrency)
      return { kind: 'throttled', reason: 'concurrency' };
    if (!this.#mayStart()) return { kind: 'throttled', reason: 'scaling' };
    const member = this.#add();
    try {
      await mkdir(this.#folderOf(member.environment.id), { recursive: true });
      await member.environment.start();
    } catch (error) {
      member.environment.kill();
      this.#members.delete(member);
      throw error;
    }
    return this.#run(member, payload, options);
  }

  /** Ends all environments; resolves when their processes are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#reaper);
    const environments = [...this.#members].map(({ environment }) => environment);
    for (const environment of environments) environment.kill();
    await Promise.all(environments.map(({ ended }) => ended));
  }

  async #run(member: Member, payload: Buffer, options: InvokeOptions): Promise<InvocationResult> {
    const result = await member.environment.invoke(payload, options);
    if (result.kind !== 'throttled') {
      const { id } = member.environment;
      const onReport = (report: Report) => this.#options.onReport?.(this.#definition.name, id, report);
      if (result.kind === 'stream') result.report.then(onReport, () => {});
      else onReport(result.report);
    }
    return result;
  }

  #add(): Member {
    const { name, environment: variables } = this.#definition;
    const { onLog, runtime, variablesOf, freezes } = this.#options;
    const id = `${name}-${++this.#count}`;
    const definition = { ...this.#definition, environment: { ...variables, ...variablesOf?.(id) } };
    const environment = new ExecutionEnvironment(definition, {
      id,
      runtime,
      freezes,
      temporaryFolder: this.#folderOf(id),
      yields: this.#members.size >= availableParallelism(),
      onLog: (line) => onLog(name, id, line),
      onThaw: (frozenMs) => this.#options.onThaw?.(id, frozenMs),
      onReady: () => {
        member.isBusy = false;
        member.usedMs = performance.now();
      },
      onEnd: () => this.#members.delete(member),
    });
    const member: Member = { environment, isBusy: true, usedMs: performance.now() };
    this.#members.add(member);
    return member;
  }

  /** The idle environment that was used last. Choosing it lets the others reach their idle time and end. */
  #newestIdle(): Member | undefined {
    let newest: Member | undefined;
    for (const member of this.#members)
      if (!member.isBusy && (newest === undefined || member.usedMs > newest.usedMs)) newest = member;
    return newest;
  }

  #mayStart(): boolean {
    const now = performance.now();
    while (this.#starts.length > 0 && now - this.#starts[0]! > SCALE_WINDOW_MS) this.#starts.shift();
    if (this.#starts.length >= this.#options.scaleRate) return false;
    this.#starts.push(now);
    return true;
  }

  #reap(): void {
    const now = performance.now();
    for (const member of this.#members) {
      if (member.isBusy || now - member.usedMs <= this.#options.idleMs) continue;
      // Marked as busy, so that it receives no invocation while it ends.
      member.isBusy = true;
      member.environment.kill();
    }
  }

  #folderOf(id: string): string {
    return join(this.#options.folder, id);
  }
}
