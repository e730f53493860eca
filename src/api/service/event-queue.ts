type Produce<T> = (push: (event: T) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** Maximum number of buffered events; when it is reached, the producer has to wait. */
const MAX_BUFFERED = 16;

const END = { done: true, value: undefined } as const;

/**
 * Delivers a producer's events to one reader. The producer starts immediately and waits in `push` while the buffer is
 * full. When the reader stops, even while it waits for an event, the producer's signal aborts. An error of the producer
 * reaches the reader after the events before it.
 */
export const eventsOf = <T>(produce: Produce<T>): AsyncIterableIterator<T, undefined, undefined> =>
  new EventQueue(produce);

class EventQueue<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #abort = new AbortController();
  readonly #buffer: T[] = [];
  readonly #ended: Promise<void>;
  #isClosed = false;
  #outcome: { readonly error?: unknown } | undefined;
  #wakeReader: () => void = () => {};
  #producers: (() => void)[] = [];

  constructor(produce: Produce<T>) {
    this.#ended = Promise.resolve()
      .then(() => produce((event) => this.#push(event), this.#abort.signal))
      .then(
        () => this.#finish({}),
        (error: unknown) => this.#finish({ error }),
      );
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (!this.#isClosed && this.#buffer.length === 0 && this.#outcome === undefined) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    if (this.#isClosed) return END;
    if (this.#buffer.length > 0) {
      const value = this.#buffer.shift()!;
      if (this.#buffer.length < MAX_BUFFERED) this.#wakeProducers();
      return { done: false, value };
    }
    this.#isClosed = true;
    if (this.#outcome !== undefined && 'error' in this.#outcome) throw this.#outcome.error;
    return END;
  }

  async return(): Promise<typeof END> {
    this.#isClosed = true;
    this.#buffer.length = 0;
    this.#abort.abort();
    this.#wakeProducers();
    this.#wakeReader();
    await this.#ended;
    return END;
  }

  #push(event: T): Promise<void> {
    // The reader is gone: a producer that ignores its signal must not wait forever.
    if (this.#isClosed) return Promise.resolve();
    this.#buffer.push(event);
    this.#wakeReader();
    if (this.#buffer.length < MAX_BUFFERED) return Promise.resolve();
    return new Promise((resolve) => this.#producers.push(resolve));
  }

  #finish(outcome: { readonly error?: unknown }): void {
    this.#outcome = outcome;
    this.#wakeReader();
  }

  #wakeProducers(): void {
    const woken = this.#producers;
    this.#producers = [];
    for (const wake of woken) wake();
  }
}
