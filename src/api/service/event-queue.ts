type Produce<T> = (push: (event: T) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** Events buffered before the producer has to wait. */
const MAX_BUFFERED = 16;

/**
 * Delivers a producer's events to one reader. The producer starts immediately and waits in `push` while the buffer is
 * full. When the reader stops, even while it waits for an event, the producer's signal aborts. An error of the producer
 * reaches the reader after the events before it.
 */
export function eventsOf<T>(produce: Produce<T>): AsyncIterableIterator<T, undefined, undefined> {
  const abort = new AbortController();
  const waiting: T[] = [];
  let isClosed = false;
  let outcome: { readonly error?: unknown } | undefined;
  let reader: (() => void) | undefined;
  let producers: (() => void)[] = [];

  const wakeReader = (): void => {
    reader?.();
    reader = undefined;
  };
  const wakeProducers = (): void => {
    const woken = producers;
    producers = [];
    for (const wake of woken) wake();
  };
  const push = (event: T): Promise<void> => {
    // The reader is gone: a producer that ignores its signal must not wait forever.
    if (isClosed) return Promise.resolve();
    waiting.push(event);
    wakeReader();
    if (waiting.length < MAX_BUFFERED) return Promise.resolve();
    return new Promise((resolve) => producers.push(resolve));
  };
  const finish = (how: { readonly error?: unknown }): void => {
    outcome = how;
    wakeReader();
  };
  const ended = Promise.resolve()
    .then(() => produce(push, abort.signal))
    .then(
      () => finish({}),
      (error: unknown) => finish({ error }),
    );

  const end = { done: true, value: undefined } as const;
  const close = async (): Promise<typeof end> => {
    isClosed = true;
    waiting.length = 0;
    abort.abort();
    wakeProducers();
    wakeReader();
    await ended;
    return end;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!isClosed && waiting.length === 0 && outcome === undefined) {
        await new Promise<void>((resolve) => {
          reader = resolve;
        });
      }
      if (isClosed) return end;
      if (waiting.length > 0) {
        const value = waiting.shift()!;
        if (waiting.length < MAX_BUFFERED) wakeProducers();
        return { done: false, value };
      }
      isClosed = true;
      if (outcome !== undefined && 'error' in outcome) throw outcome.error;
      return end;
    },
    return: close,
  };
}
