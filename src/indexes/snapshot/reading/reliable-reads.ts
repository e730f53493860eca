import { SragError, throwIfAborted } from '../../../core/index.ts';
import type { ByteRange, ObjectStorage, ReadOptions, StoredObject } from '../../../io/storage/index.ts';
import { damaged } from '../format/damage.ts';
import type { ReadMeter } from './read-meter.ts';

/** Anything that reads ranges of objects: a folder, S3, or your own. */
export interface RangeSource extends Pick<ObjectStorage, 'read'> {
  /** Told that so many reads will be wanted at once, soon: connections can be made meanwhile. */
  prepare?(reads: number): void;
}

/** How patient reads are. */
export interface Patience {
  /** Requests for one range before it fails, those sent beside a slow one included. */
  readonly attempts: number;
  /** Longest wait for one range over all attempts. */
  readonly deadlineMs: number;
  /** The first wait before a failed request is sent again; doubles, with jitter. */
  readonly backoffMs: number;
  /** Shortest wait before a second request is sent beside one that does not answer. */
  readonly hedgeAfterMs: number;
}
export const DEFAULT_PATIENCE: Patience = {
  attempts: 6,
  deadlineMs: 15_000,
  backoffMs: 20,
  hedgeAfterMs: 200,
};

/** Assumed when no read has been timed yet; a request this slow is worth a second one. */
const FIRST_MS_PER_MEBIBYTE = 150;
/** Assumed of whole objects: small ones are merely waited for a little longer before a second request. */
const UNKNOWN_BYTES = 4 * 2 ** 20;
/** How many times the usual duration a request may take before a second one is sent. */
const PATIENT_TIMES = 3;
const LEARNING_SHARE = 0.1;

/** Errors that another attempt may not meet. */
const PASSING = new Set(['STORAGE_UNAVAILABLE', 'THROTTLED']);
const isPassing = (error: unknown): boolean => !(error instanceof SragError) || PASSING.has(error.code);

/**
 * Reads that get over failing and slow requests: a failed one is sent again after a growing wait, a slow one gets a
 * second one beside it and the first answer counts, and a body of the wrong length is a failure.
 */
export class ReliableReads {
  readonly #source: RangeSource;
  readonly #patience: Patience;
  #usualMs: number | undefined;

  constructor(source: RangeSource, patience: Partial<Patience> = {}) {
    this.#source = source;
    this.#patience = { ...DEFAULT_PATIENCE, ...patience };
  }

  /** An object, or a range of it, unless it still has the ETag `ifNoneMatch` (NOT_MODIFIED). `take` may get bytes twice. @throws STORAGE_UNAVAILABLE after the last attempt, and the storage's own errors. */
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
          ...(range && { range }),
          ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
          ...(take && { take }),
        };
        // What a storage of the caller's own gives may be anything: what it throws, or lacks, is its failure.
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
        if (!isPassing(error)) settle(() => reject(range === undefined ? error : shorter(key, error)));
        else if (sent < attempts)
          after(backoffMs * 2 ** (sent - 1) * (0.5 + Math.random()), () => again(error));
        else giveUp(error);
      };
      // A second request may have been sent beside another one while this one waited.
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
    const usualMs = this.#usualMs ?? this.#patience.hedgeAfterMs / PATIENT_TIMES;
    return Math.max(this.#patience.hedgeAfterMs, PATIENT_TIMES * usualMs) + FIRST_MS_PER_MEBIBYTE * mebibytes;
  }

  #learn(elapsedMs: number, sizeBytes: number): void {
    // Small reads show the latency; in large ones the transfer counts for more.
    if (sizeBytes > 2 ** 20) return;
    this.#usualMs =
      this.#usualMs === undefined
        ? elapsedMs
        : (1 - LEARNING_SHARE) * this.#usualMs + LEARNING_SHARE * elapsedMs;
  }
}

/** A range outside of the object: whoever asked went by the header, so it is the object that is wrong. */
const shorter = (key: string, error: unknown): unknown =>
  error instanceof SragError && error.code === 'INVALID_ARGUMENT'
    ? damaged(`'${key}'`, 'is shorter than its header says', error)
    : error;

const unavailable = (key: string, attempts: number, cause: unknown): SragError =>
  cause instanceof SragError
    ? cause
    : new SragError('STORAGE_UNAVAILABLE', `'${key}' could not be read in ${attempts} attempts.`, {
        remedy: 'Try again; look at the network and the storage service.',
        fields: { key, attempts },
        cause,
      });
