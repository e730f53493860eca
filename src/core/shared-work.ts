import { throwIfAborted } from './errors.ts';

interface UnderWay<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Work that is done once for all who need its result. Whoever comes while it is under way waits for the same; it is
 * given up when everyone who waits has been aborted, and not before. A failure is told to all who wait, and the next
 * one tries again.
 */
export class SharedWork<T> {
  #done: { readonly result: Promise<T> } | undefined;
  #underWay: UnderWay<T> | undefined;

  /** The result that is here or on its way. */
  get result(): Promise<T> | undefined {
    return this.#done?.result ?? this.#underWay?.result;
  }

  /** The result; `start` makes it where it is neither here nor on its way. @throws CANCELLED, and what `start` throws. */
  async get(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#done !== undefined) return this.#done.result;
    throwIfAborted(signal);
    this.#underWay ??= this.#begin(start);
    const underWay = this.#underWay;
    underWay.waiting += 1;
    if (signal === undefined) return underWay.result;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        underWay.waiting -= 1;
        if (underWay.waiting === 0) this.#giveUp(underWay);
        try {
          throwIfAborted(signal);
        } catch (error) {
          reject(error);
        }
      };
      signal.addEventListener('abort', leave, { once: true });
      underWay.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Forgets the result, and what is on its way to those who wait for it. */
  forget(): void {
    this.#done = undefined;
    this.#underWay = undefined;
  }

  #begin(start: (signal: AbortSignal) => Promise<T>): UnderWay<T> {
    const stop = new AbortController();
    const underWay: UnderWay<T> = { stop, waiting: 0, result: start(stop.signal) };
    underWay.result.then(
      () => {
        if (this.#underWay !== underWay) return;
        this.#done = { result: underWay.result };
        this.#underWay = undefined;
      },
      () => {
        if (this.#underWay === underWay) this.#underWay = undefined;
      },
    );
    return underWay;
  }

  #giveUp(underWay: UnderWay<T>): void {
    if (this.#underWay === underWay) this.#underWay = undefined;
    underWay.stop.abort();
  }
}
