import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

/** The time source of an execution. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Yields to other work of the process when due, because a state machine may loop without ever waiting. */
  giveWay(): Promise<void>;
}

/** Maximum delay of `setTimeout`, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Maximum time without yielding to other work, in milliseconds. */
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

/** Races the promise against the signal: rejects with its reason as soon as it is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Runs `work` for at most `ms` on `clock`. On timeout, or when `signal` is aborted, the work's signal is
 * aborted and the promise rejects with `late` or the signal's reason, even if the work does not react.
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
