/** If the wall clock advances by this much more than the monotonic clock, the process was frozen. */
const SUSPENDED_MS = 1_000;

export interface Clocks {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

/**
 * A clock for intervals, in milliseconds. It never runs backwards when the wall clock is set back, and it includes the
 * time during which a function's environment was frozen, when the monotonic clock may stop.
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
