type Produce<T> = (push: (event: T) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** Events that may wait for their reader; a producer that is further ahead waits, too. */
const MOST_WAITING = 16;

/**
 * What a producer says, for one reader. It begins at once. A producer that awaits each `push` is slowed down by a slow
 * reader; a reader that leaves, also while it waits for an event, aborts the producer's signal; the producer's error is
 * the reader's, after what came before it.
 */
export function eventsOf<T>(produce: Produce<T>): AsyncIterableIterator<T, undefined, undefined> {
  const abort = new AbortController();
  const waiting: T[] = [];
  let isLeft = false;
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
    // Nobody reads: a producer that does not look at its signal must not wait for ever.
    if (isLeft) return Promise.resolve();
    waiting.push(event);
    wakeReader();
    if (waiting.length < MOST_WAITING) return Promise.resolve();
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
  const leave = async (): Promise<typeof end> => {
    isLeft = true;
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
      while (!isLeft && waiting.length === 0 && outcome === undefined) {
        await new Promise<void>((resolve) => {
          reader = resolve;
        });
      }
      if (isLeft) return end;
      if (waiting.length > 0) {
        const value = waiting.shift()!;
        if (waiting.length < MOST_WAITING) wakeProducers();
        return { done: false, value };
      }
      isLeft = true;
      if (outcome !== undefined && 'error' in outcome) throw outcome.error;
      return end;
    },
    return: leave,
  };
}
