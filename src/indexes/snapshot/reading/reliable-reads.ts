import { SragError, throwIfAborted, withoutUndefined } from '../../../core/index.ts';
import type { ByteRange, ObjectStorage, ReadOptions, StoredObject } from '../../../io/storage/index.ts';
import { damaged } from '../format/damage.ts';
import type { ReadMeter } from './read-meter.ts';

/** Storage that supports range reads: a folder, S3, or your own. */
export interface RangeSource extends Pick<ObjectStorage, 'read'> {
  /** Called shortly before `reads` concurrent reads, so that connections can be opened in advance. */
  prepare?(reads: number): void;
}

/** Retry, time-out and hedging settings of reads. */
export interface Patience {
  /** Maximum requests per range, including hedged ones. */
  readonly attempts: number;
  /** Maximum total time per range, over all attempts. */
  readonly deadlineMs: number;
  /** First back-off before a retry; doubles each time, with jitter. */
  readonly backoffMs: number;
  /** Minimum delay before a hedged request is sent. */
  readonly hedgeAfterMs: number;
}
export const DEFAULT_PATIENCE: Patience = {
  attempts: 6,
  deadlineMs: 15_000,
  backoffMs: 20,
  hedgeAfterMs: 200,
};

/** Assumed before any read has been timed; a request this slow is hedged. */
const FIRST_MS_PER_MEBIBYTE = 150;
/** Assumed for whole objects: hedging of small ones is just slightly delayed. */
const UNKNOWN_BYTES = 4 * 2 ** 20;
/** A request that exceeds the usual duration by this factor is hedged. */
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
  readonly #patience: Patience;
  #usualMs: number | undefined;

  constructor(source: RangeSource, patience: Partial<Patience> = {}) {
    this.#source = source;
    this.#patience = { ...DEFAULT_PATIENCE, ...withoutUndefined(patience) };
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
    { ifNoneMatch, take }: Pick<ReadOptions, 'ifNoneMatch' | 'take'> = {},
  ): Promise<StoredObject> {
    throwIfAborted(signal);
    const { attempts, deadlineMs, backoffMs } = this.#patience;
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      const timers = new Set<NodeJS.Timeout>();
      let sent = 0;
      let inFlight = 0;
      let settled = false;
      const settle = (finish: () => void): void => {
        if (settled) return;
        settled = true;
        for (const timer of timers) clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        controller.abort();
        finish();
      };
      const cancel = (): void =>
        settle(() => reject(new SragError('CANCELLED', 'Cancelled.', { cause: signal?.reason })));
      const after = (ms: number, work: () => void): NodeJS.Timeout => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          if (!settled) work();
        }, ms);
        timers.add(timer);
        return timer;
      };
      const send = (): void => {
        sent += 1;
        inFlight += 1;
        const startedMs = performance.now();
        const ended = meter.started();
        const hedge = after(
          this.#hedgeAfterMs(range?.length ?? UNKNOWN_BYTES),
          () => sent < attempts && send(),
        );
        const end = (bytes: number): void => {
          ended(bytes);
          inFlight -= 1;
          clearTimeout(hedge);
          timers.delete(hedge);
        };
        const conditions = {
          range,
          ifNoneMatch,
          take,
        };
        // A custom storage may throw synchronously or return an invalid response: both count as its failure.
        const answered = async (): Promise<readonly [StoredObject, number]> => {
          const object = await this.#source.read(key, { ...conditions, signal: controller.signal });
          return [object, object.taken ?? object.bytes.length];
        };
        answered().then(
          ([object, length]) => {
            end(length);
            if (settled) {
              object.release?.();
              return;
            }
            if (range !== undefined && length !== range.length) {
              failed(new Error(`${length} of ${range.length} bytes arrived`));
              return;
            }
            this.#learn(performance.now() - startedMs, length);
            settle(() => resolve(object));
          },
          (error: unknown) => {
            end(0);
            failed(error);
          },
        );
      };
      const failed = (error: unknown): void => {
        if (settled) return;
        if (!isTransient(error)) settle(() => reject(range === undefined ? error : shorter(key, error)));
        else if (sent < attempts)
          after(backoffMs * 2 ** (sent - 1) * (0.5 + Math.random()), () => again(error));
        else giveUp(error);
      };
      // A hedged request may have been sent while this one waited.
      const again = (error: unknown): void => (sent < attempts ? send() : giveUp(error));
      const giveUp = (error: unknown): void => {
        if (inFlight === 0) settle(() => reject(unavailable(key, sent, error)));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      after(deadlineMs, () =>
        settle(() => reject(unavailable(key, sent, new Error(`no answer within ${deadlineMs} ms`)))),
      );
      send();
    });
  }

  #hedgeAfterMs(sizeBytes: number): number {
    const mebibytes = sizeBytes / 2 ** 20;
    const usualMs = this.#usualMs ?? this.#patience.hedgeAfterMs / HEDGE_FACTOR;
    return Math.max(this.#patience.hedgeAfterMs, HEDGE_FACTOR * usualMs) + FIRST_MS_PER_MEBIBYTE * mebibytes;
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

/** Maps a range outside the object to damage: the range came from the header, so the object is truncated. */
const shorter = (key: string, error: unknown): unknown =>
  error instanceof SragError && error.code === 'INVALID_ARGUMENT'
    ? damaged(`'${key}'`, 'is shorter than its header says', error)
    : error;

const unavailable = (key: string, attempts: number, cause: unknown): SragError =>
  cause instanceof SragError
    ? cause
    : new SragError('STORAGE_UNAVAILABLE', `'${key}' could not be read in ${attempts} attempts.`, {
        remedy: 'Try again; check the network and the storage service.',
        fields: { key, attempts },
        cause,
      });
