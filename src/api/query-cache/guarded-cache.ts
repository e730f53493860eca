import { afterPause, messageOf, SragError, steadyNow, withoutUndefined } from '../../core/index.ts';
import type { CacheCallOptions, CachedAnswer, QueryCache } from './port.ts';

/** Options of {@link guardCache}: when a slow or failing cache is bypassed. */
export interface GuardOptions {
  /** Timeout of a read; default 50 ms, or 150 ms for `s3`. Tripled for the first read, which connects. */
  readonly getWaitMs?: number;
  /** Timeout of a write; default: four times the timeout of a read. */
  readonly putWaitMs?: number;
  /** Consecutive failures after which the cache is bypassed for a while; default 3. */
  readonly failures?: number;
  /** How long the cache is bypassed, and the minimum time between two warnings; default 30 s. */
  readonly restMs?: number;
  /** Called at the first failure, then at most once every `restMs`, with the number of new failures. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Milliseconds; default `steadyNow`. */
  readonly now?: () => number;
}

const DEFAULTS = { getWaitMs: 50, failures: 3, restMs: 30_000 } as const;
const S3_GET_WAIT_MS = 150;
const FIRST_TIMES = 3;
const PUT_TIMES = 4;

/**
 * Wraps a cache so that no request fails or waits longer than the timeouts because of it. A late or failed
 * read is a miss; a failed write is ignored.
 */
export const guardCache = (cache: QueryCache, options: GuardOptions): QueryCache =>
  new GuardedCache(cache, options);

class GuardedCache implements QueryCache {
  readonly #cache: QueryCache;
  readonly #options: GuardOptions;
  readonly #getWaitMs: number;
  #hasConnected = false;
  #failuresInRow = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #warnedAtMs = Number.NEGATIVE_INFINITY;
  #failuresUntold = 0;

  constructor(cache: QueryCache, options: GuardOptions) {
    this.#cache = cache;
    this.#options = options;
    afterPause(this, (guarded) => {
      // The connection may be dead, so the next call has the longer timeout.
      guarded.#hasConnected = false;
    });
    this.#getWaitMs = options.getWaitMs ?? (cache.id.startsWith('s3:') ? S3_GET_WAIT_MS : DEFAULTS.getWaitMs);
  }

  get id(): string {
    return this.#cache.id;
  }

  async get(key: string, { signal, onUsage }: CacheCallOptions = {}): Promise<CachedAnswer | undefined> {
    return this.#guarded('get', this.#getWaitMs, signal, (bounded) =>
      this.#cache.get(key, { signal: bounded, onUsage }),
    );
  }

  async put(
    key: string,
    value: CachedAnswer,
    ttlSeconds: number,
    { signal, onUsage }: CacheCallOptions = {},
  ): Promise<void> {
    const waitMs = this.#options.putWaitMs ?? this.#getWaitMs * PUT_TIMES;
    await this.#guarded('put', waitMs, signal, (bounded) =>
      this.#cache.put(key, value, ttlSeconds, { signal: bounded, onUsage }),
    );
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  async #guarded<T>(
    operation: 'get' | 'put',
    waitMs: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#now() < this.#restUntilMs || outer?.aborted) return undefined;
    const bound = this.#hasConnected ? waitMs : waitMs * FIRST_TIMES;
    const late = new AbortController();
    const signal = outer === undefined ? late.signal : AbortSignal.any([outer, late.signal]);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${bound} ms`)), bound);
    });
    try {
      const value = await Promise.race([work(signal), tooLate]);
      this.#hasConnected = true;
      this.#failuresInRow = 0;
      return value;
    } catch (error) {
      // Usage errors do not count against the cache.
      if (error instanceof SragError && error.class === 'usage') throw error;
      if (outer?.aborted !== true) this.#failed(operation, error);
      return undefined;
    } finally {
      clearTimeout(timer);
      late.abort();
    }
  }

  #failed(operation: string, error: unknown): void {
    const nowMs = this.#now();
    const { failures = DEFAULTS.failures, restMs = DEFAULTS.restMs } = this.#options;
    this.#failuresUntold++;
    if (++this.#failuresInRow >= failures) this.#restUntilMs = nowMs + restMs;
    if (nowMs - this.#warnedAtMs < restMs) return;
    this.#warnedAtMs = nowMs;
    const { code, fields } = error instanceof SragError ? error : { code: undefined, fields: {} };
    const message = `The query cache ${this.id} failed; requests continue without it: ${messageOf(error)}`;
    const facts = { cache: this.id, operation, failures: this.#failuresUntold, code, ...fields };
    this.#options.warn(message, withoutUndefined(facts));
    this.#failuresUntold = 0;
  }

  #now(): number {
    return (this.#options.now ?? steadyNow)();
  }
}
