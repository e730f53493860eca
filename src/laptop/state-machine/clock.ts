import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

/** Time as an execution sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Gives other work of the process a turn when it is due: a machine may loop without ever waiting. */
  giveWay(): Promise<void>;
}

/** `setTimeout` takes at most this many milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Longest time without letting other work have a turn, in milliseconds. */
const TURN_MS = 5;
let lastTurnMs = 0;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST_MS) {
      await delay(Math.min(left, LONGEST_MS), undefined, { signal });
    }
  },
  async giveWay() {
    if (performance.now() - lastTurnMs < TURN_MS) return;
    await turn();
    lastTurnMs = performance.now();
  },
};

/** The promise, or a rejection with the signal's reason as soon as that is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Does `work` within `ms` on `clock`. Its signal is aborted when the time is over or `signal` is aborted, and the
 * promise then rejects with `late` or that signal's reason, whether or not the work takes notice.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  late: unknown,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const done = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const watch = clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => stop.abort(late),
    () => undefined,
  );
  try {
    return await untilAborted(work(both), both);
  } finally {
    done.abort();
    await watch;
  }
}
