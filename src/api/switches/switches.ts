import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, SragError, steadyNow } from '../../core/index.ts';
import { AwsJsonRpc, type AwsRpcSettings } from '../../io/remote/index.ts';
import { DEFAULT_SWITCHES, readParameters, type SwitchChecks, type SwitchValues } from './parameters.ts';

export interface SwitchesOptions extends SwitchChecks {
  /** SSM path whose parameters are the switches, `/srag/<deployment>`; undefined: the defaults always apply. */
  readonly path: string | undefined;
  /** Connection to SSM. If it is undefined, because no region or keys are set, this counts as an outage. */
  readonly aws: AwsRpcSettings | undefined;
  /** The deployed values. */
  readonly defaults?: Partial<SwitchValues>;
  /** Maximum wait for the first values; default 250 ms. The values of a slower read apply when it ends. */
  readonly firstWaitMs?: number;
  /** Timeout of a read; default 2,000 ms. */
  readonly readMs?: number;
  /** Warns the operator: once per outage and once per invalid value. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Milliseconds; default `steadyNow`. */
  readonly now?: () => number;
}

/** SSM's maximum. */
const PAGE_SIZE = 10;
/** Maximum pages that are read. There are six switches, so a path with hundreds of parameters is wrong. */
const MAX_PAGES = 20;
/** Age at which values are refreshed. */
const REFRESH_MS = 60_000;
const DEFAULTS = { firstWaitMs: 250, readMs: 2_000 } as const;

/**
 * Switches that are refreshed from SSM in the background. `current` returns the last known values
 * immediately; if they are old, it starts a refresh for later calls. During an outage the last known values
 * remain.
 */
export class Switches {
  readonly #options: SwitchesOptions;
  readonly #defaults: SwitchValues;
  readonly #client: AwsJsonRpc | undefined;
  readonly #warned = new Set<string>();
  #values: SwitchValues;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #isOut = false;

  private constructor(options: SwitchesOptions) {
    this.#options = options;
    this.#defaults = Object.freeze({ ...DEFAULT_SWITCHES, ...options.defaults });
    this.#values = this.#defaults;
    if (options.path !== undefined && options.aws !== undefined)
      this.#client = new AwsJsonRpc('ssm', options.aws);
  }

  /**
   * Starts the first read and waits for it briefly; call it in parallel with other work. Never fails because of SSM.
   * @throws INVALID_CONFIG for an invalid path
   */
  static async open(options: SwitchesOptions): Promise<Switches> {
    checkPath(options.path);
    const switches = new Switches(options);
    if (options.path !== undefined) {
      const isOver = new AbortController();
      const wait = delay(options.firstWaitMs ?? DEFAULTS.firstWaitMs, undefined, { signal: isOver.signal });
      await Promise.race([switches.refresh(), wait.catch(() => {})]);
      isOver.abort();
    }
    return switches;
  }

  /** Returns the last known values. Starts a refresh if they are old, without waiting for it. */
  current(): SwitchValues {
    if (this.#now() - this.#readAtMs >= REFRESH_MS) void this.refresh();
    return this.#values;
  }

  /** Starts a read or joins the one in flight; resolves when it ends, even if it fails. */
  refresh(): Promise<void> {
    if (this.#options.path === undefined) return Promise.resolve();
    this.#reading ??= this.#read(this.#options.path).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Closes idle connections. */
  close(): void {
    this.#client?.close();
  }

  async #read(path: string): Promise<void> {
    const startedMs = this.#now();
    const readMs = this.#options.readMs ?? DEFAULTS.readMs;
    try {
      const parameters = await this.#parameters(path, readMs);
      const { values, problems } = readParameters(parameters, this.#defaults, this.#options);
      this.#values = values;
      this.#readAtMs = this.#now();
      this.#isOut = false;
      for (const { parameter, message } of problems)
        this.#warnOnce(`The switch ${path}/${parameter} is ignored: ${message}.`, { parameter });
    } catch (error) {
      // If the environment was frozen during the read, a timeout is not an outage. The next call retries.
      if (this.#now() - startedMs > 2 * readMs) return;
      this.#readAtMs = this.#now();
      if (this.#isOut) return;
      this.#isOut = true;
      const { code, fields } = error instanceof SragError ? error : { code: 'INTERNAL', fields: {} };
      this.#options.warn(
        `The switches at ${path} cannot be read; the last known values apply: ${messageOf(error)}`,
        {
          path,
          code,
          ...fields,
        },
      );
    }
  }

  async #parameters(path: string, readMs: number): Promise<ReadonlyMap<string, string>> {
    if (this.#client === undefined) {
      throw new SragError('CREDENTIALS_MISSING', 'No region or no credentials are set for SSM.', {
        remedy: 'Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      });
    }
    const found = new Map<string, string>();
    const untilMs = performance.now() + readMs;
    let next: string | undefined;
    for (let pages = 1; ; pages++) {
      const deadlineMs = Math.max(1, untilMs - performance.now());
      const input = { Path: path, MaxResults: PAGE_SIZE, NextToken: next };
      const page = pageOf(await this.#client.call('GetParametersByPath', input, { deadlineMs }));
      for (const { name, value } of page.parameters) found.set(name.slice(path.length + 1), value);
      next = page.next;
      if (next === undefined) return found;
      if (pages === MAX_PAGES) {
        throw new SragError('AWS_REFUSED', `${path} contains more than ${found.size} parameters.`, {
          remedy: 'Use a separate path for the switches.',
        });
      }
    }
  }

  #warnOnce(message: string, details: Readonly<Record<string, unknown>>): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message, details);
  }

  #now(): number {
    return (this.#options.now ?? steadyNow)();
  }
}

/** @throws INVALID_CONFIG */
function checkPath(path: string | undefined): void {
  if (path === undefined || /^(\/[A-Za-z0-9_.-]+)+$/.test(path)) return;
  throw new SragError('INVALID_CONFIG', `'${path}' is not a valid path of SSM parameters.`, {
    remedy: 'Set SRAG_SWITCHES to a path such as /srag/production, or unset it.',
    fields: { path: 'SRAG_SWITCHES', value: path },
  });
}

function pageOf(answer: unknown): {
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly next: string | undefined;
} {
  const { Parameters: list, NextToken: next } = answer as { Parameters?: unknown; NextToken?: unknown };
  const parameters = (Array.isArray(list) ? list : []).flatMap(({ Name, Value }: Record<string, unknown>) =>
    typeof Name === 'string' && typeof Value === 'string' ? [{ name: Name, value: Value }] : [],
  );
  return { parameters, next: typeof next === 'string' && next !== '' ? next : undefined };
}
