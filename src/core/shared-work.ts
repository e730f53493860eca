import { throwIfAborted } from './errors.ts';

interface InFlight<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Work that is done once for all callers that need its result. Callers that arrive while it is in flight share it; it
 * is aborted only when all its waiting callers have been aborted. A failure rejects all waiting callers, and the next
 * call tries again.
 */
export class SharedWork<T> {
  #done: { readonly result: Promise<T> } | undefined;
  #inFlight: InFlight<T> | undefined;

  /** The result, if it is available or in flight. */
  get result(): Promise<T> | undefined {
    return this.#done?.result ?? this.#inFlight?.result;
  }

  /** The result; calls `start` if none is available or in flight. @throws CANCELLED, errors of `start`. */
  async get(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#done !== undefined) return this.#done.result;
    throwIfAborted(signal);
    this.#inFlight ??= this.#start(start);
    const inFlight = this.#inFlight;
    inFlight.waiting += 1;
    if (signal === undefined) return inFlight.result;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        inFlight.waiting -= 1;
        if (inFlight.waiting === 0) this.#abort(inFlight);
        try {
          throwIfAborted(signal);
        } catch (error) {
          reject(error);
        }
      };
      signal.addEventListener('abort', onAbort, { once: true });
      inFlight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Forgets the result, even one in flight. Callers that already wait still receive it. */
  forget(): void {
    this.#done = undefined;
    this.#inFlight = undefined;
  }

  #start(start: (signal: AbortSignal) => Promise<T>): InFlight<T> {
    const stop = new AbortController();
    const inFlight: InFlight<T> = { stop, waiting: 0, result: start(stop.signal) };
    inFlight.result.then(
      () => {
        if (this.#inFlight !== inFlight) return;
        this.#done = { result: inFlight.result };
        this.#inFlight = undefined;
      },
      () => {
        if (this.#inFlight === inFlight) this.#inFlight = undefined;
      },
    );
    return inFlight;
  }

  #abort(inFlight: InFlight<T>): void {
    if (this.#inFlight === inFlight) this.#inFlight = undefined;
    inFlight.stop.abort();
  }
}
