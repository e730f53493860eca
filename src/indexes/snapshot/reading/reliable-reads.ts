import { hasCode, SragError, throwIfAborted, withoutUndefined } from '../../../core/index.ts';
import type { ByteRange, ObjectStorage, ReadOptions, StoredObject } from '../../../io/storage/index.ts';
import { damaged } from '../format/damage.ts';
import type { ReadMeter } from './read-meter.ts';

/** Storage that supports range reads: a folder, S3, or your own. */
export interface RangeSource extends Pick<ObjectStorage, 'read'> {
  /** Called shortly before `reads` concurrent reads, so that connections can be opened in advance. */
  prepare?(reads: number): void;
}

/** Retry, timeout and hedging settings of reads. */
export interface RetrySettings {
  /** Maximum requests per range, including hedged ones. */
  readonly attempts: number;
  /** Maximum total time per range, over all attempts. */
  readonly deadlineMs: number;
  /** First back-off before a retry; doubles each time, with jitter. */
  readonly backoffMs: number;
  /** Minimum delay before a hedged request is sent. */
  readonly hedgeAfterMs: number;
}
export const DEFAULT_RETRY_SETTINGS: RetrySettings = {
  attempts: 6,
  deadlineMs: 15_000,
  backoffMs: 20,
  hedgeAfterMs: 200,
};

/** Time allowed per MiB, in addition to the latency, before a request is hedged. */
const HEDGE_MS_PER_MEBIBYTE = 150;
/** Assumed size of a read without a range. A smaller object is hedged slightly later. */
const UNKNOWN_BYTES = 4 * 2 ** 20;
/** A request is hedged when it takes longer than the usual duration times this factor. */
const HEDGE_FACTOR = 3;
const LEARNING_SHARE = 0.1;

/** Transient error codes, which are retried. */
const TRANSIENT_CODES = new Set(['STORAGE_UNAVAILABLE', 'THROTTLED']);
const isTransient = (error: unknown): boolean =>
  !(error instanceof SragError) || TRANSIENT_CODES.has(error.code);

/**
 * Reads with retries and hedging: a failed request is retried with exponential back-off; a slow one is duplicated and
 * the first response wins; a body of the wrong length counts as a failure.
 */
export class ReliableReads {
  readonly #source: RangeSource;
  readonly #retry: RetrySettings;
  #usualMs: number | undefined;

  constructor(source: RangeSource, retry: Partial<RetrySettings> = {}) {
    this.#source = source;
    this.#retry = { ...DEFAULT_RETRY_SETTINGS, ...withoutUndefined(retry) };
  }

  /**
   * Reads an object or a range of it, unless its ETag still equals `ifNoneMatch` (NOT_MODIFIED). `take` may receive
   * bytes twice. @throws STORAGE_UNAVAILABLE after the last attempt, and the storage's own errors.
   */
  read(
    key: string,
    range: ByteRange | undefined,
    meter: ReadMeter,
    signal?: AbortSignal,
    conditions: Pick<ReadOptions, 'ifNoneMatch' | 'take'> = {},
  ): Promise<StoredObject> {
    throwIfAborted(signal);
    const send = async (stop: AbortSignal): Promise<StoredObject> => {
      const startedMs = performance.now();
      const ended = meter.started();
      let length = 0;
      try {
        const object = await this.#source.read(key, { ...conditions, range, signal: stop });
        length = object.taken ?? object.bytes.length;
        if (stop.aborted) return object;
        if (range !== undefined && length !== range.length)
          throw new Error(`${length} of ${range.length} bytes arrived`);
        this.#learn(performance.now() - startedMs, length);
        return object;
      } finally {
        ended(length);
      }
    };
    const hedgeAfterMs = this.#hedgeAfterMs(range?.length ?? UNKNOWN_BYTES);
    return new HedgedRead(send, { ...this.#retry, hedgeAfterMs }, key, range !== undefined).run(signal);
  }

  #hedgeAfterMs(sizeBytes: number): number {
    const mebibytes = sizeBytes / 2 ** 20;
    const usualMs = this.#usualMs ?? this.#retry.hedgeAfterMs / HEDGE_FACTOR;
    return Math.max(this.#retry.hedgeAfterMs, HEDGE_FACTOR * usualMs) + HEDGE_MS_PER_MEBIBYTE * mebibytes;
  }

  #learn(elapsedMs: number, sizeBytes: number): void {
    // Only small reads measure the latency; the duration of large ones is mostly transfer.
    if (sizeBytes > 2 ** 20) return;
    this.#usualMs =
      this.#usualMs === undefined
        ? elapsedMs
        : (1 - LEARNING_SHARE) * this.#usualMs + LEARNING_SHARE * elapsedMs;
  }
}

/** The requests of one read: retries, hedged requests, and the first response. */
class HedgedRead {
  readonly #send: (stop: AbortSignal) => Promise<StoredObject>;
  readonly #retry: RetrySettings;
  readonly #key: string;
  readonly #isRange: boolean;
  readonly #stop = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #result = Promise.withResolvers<StoredObject>();
  #sent = 0;
  #inFlight = 0;
  #isSettled = false;

  constructor(
    send: (stop: AbortSignal) => Promise<StoredObject>,
    retry: RetrySettings,
    key: string,
    isRange: boolean,
  ) {
    this.#send = send;
    this.#retry = retry;
    this.#key = key;
    this.#isRange = isRange;
  }

  async run(signal: AbortSignal | undefined): Promise<StoredObject> {
    const { deadlineMs } = this.#retry;
    const cancel = (): void =>
      this.#fail(new SragError('CANCELLED', 'Cancelled.', { cause: signal?.reason }));
    signal?.addEventListener('abort', cancel, { once: true });
    this.#after(deadlineMs, () =>
      this.#fail(this.#unavailable(new Error(`no answer within ${deadlineMs} ms`))),
    );
    this.#request();
    try {
      return await this.#result.promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  #request(): void {
    this.#sent += 1;
    this.#inFlight += 1;
    const hedge = this.#after(this.#retry.hedgeAfterMs, () => {
      if (this.#isAttemptLeft) this.#request();
    });
    const end = (): void => {
      this.#inFlight -= 1;
      clearTimeout(hedge);
      this.#timers.delete(hedge);
    };
    this.#send(this.#stop.signal).then(
      (object) => {
        end();
        if (this.#isSettled) object.release?.();
        else this.#settle(() => this.#result.resolve(object));
      },
      (error: unknown) => {
        end();
        if (!this.#isSettled) this.#failed(error);
      },
    );
  }

  #failed(error: unknown): void {
    if (!isTransient(error)) this.#fail(this.#isRange ? shorter(this.#key, error) : error);
    else if (this.#isAttemptLeft) {
      const backoffMs = this.#retry.backoffMs * 2 ** (this.#sent - 1) * (0.5 + Math.random());
      // A hedged request may be sent during the back-off.
      this.#after(backoffMs, () => (this.#isAttemptLeft ? this.#request() : this.#giveUp(error)));
    } else this.#giveUp(error);
  }

  #giveUp(error: unknown): void {
    if (this.#inFlight === 0) this.#fail(this.#unavailable(error));
  }

  #fail(error: unknown): void {
    this.#settle(() => this.#result.reject(error));
  }

  #settle(finish: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stop.abort();
    finish();
  }

  #after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isSettled) work();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  get #isAttemptLeft(): boolean {
    return this.#sent < this.#retry.attempts;
  }

  #unavailable(cause: unknown): SragError {
    if (cause instanceof SragError) return cause;
    return new SragError(
      'STORAGE_UNAVAILABLE',
      `'${this.#key}' could not be read in ${this.#sent} attempts.`,
      {
        remedy: 'Try again; check the network and the storage service.',
        fields: { key: this.#key, attempts: this.#sent },
        cause,
      },
    );
  }
}

/** Maps a range outside the object to damage: the range came from the header, so the object is truncated. */
const shorter = (key: string, error: unknown): unknown =>
  hasCode(error, 'INVALID_ARGUMENT') ? damaged(`'${key}'`, 'is shorter than its header says', error) : error;
