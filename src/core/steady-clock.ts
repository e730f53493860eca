/** A jump of the wall clock by more than this is time in which the process was suspended. */
const SUSPENDED_MS = 1_000;

export interface Clocks {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

/**
 * A clock for intervals, in milliseconds: it never runs backwards when the wall clock is set back, and it counts the
 * time in which a function's environment was frozen, during which the monotonic clock may stand still.
 */
export function steadyClock({ wallMs, monotonicMs }: Clocks): () => number {
  let nowMs = wallMs();
  let last = { wallMs: nowMs, monotonicMs: monotonicMs() };
  return () => {
    const current = { wallMs: wallMs(), monotonicMs: monotonicMs() };
    const passedMs = current.monotonicMs - last.monotonicMs;
    const wallPassedMs = current.wallMs - last.wallMs;
    nowMs += wallPassedMs - passedMs > SUSPENDED_MS ? wallPassedMs : passedMs;
    last = current;
    return nowMs;
  };
}

/** The {@link steadyClock} of this process. */
export const steadyNow = steadyClock({ wallMs: () => Date.now(), monotonicMs: () => performance.now() });
