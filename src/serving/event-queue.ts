type Produce<T> = (push: (event: T) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** Events that may wait for their reader; a producer that is further ahead waits, too. */
const MOST_WAITING = 16;

/**
 * What a producer says, for one reader. A producer that awaits each `push` is slowed down by a slow reader; a reader
 * that leaves aborts the producer's signal, and its error is the reader's.
 */
export async function* eventsOf<T>(produce: Produce<T>): AsyncGenerator<T, void, undefined> {
  const abort = new AbortController();
  const waiting: T[] = [];
  let wakeReader: () => void = () => {};
  let wakeProducer: () => void = () => {};
  let end: { readonly error?: unknown } | undefined;
  const push = (event: T): Promise<void> => {
    waiting.push(event);
    wakeReader();
    if (waiting.length < MOST_WAITING) return Promise.resolve();
    return new Promise((resolve) => {
      wakeProducer = resolve;
    });
  };
  const finish = (outcome: { readonly error?: unknown }): void => {
    end = outcome;
    wakeReader();
  };
  const ended = produce(push, abort.signal).then(
    () => finish({}),
    (error: unknown) => finish({ error }),
  );
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()!;
      wakeProducer();
      if (end !== undefined) break;
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    }
    if ('error' in end) throw end.error;
  } finally {
    abort.abort();
    wakeProducer();
    await ended;
  }
}
