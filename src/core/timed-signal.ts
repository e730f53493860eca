/** When the work that a signal belongs to must be over: time since the process began, as `performance.now()` gives it. */
const ENDS = new WeakMap<AbortSignal, number>();

/** Notes when a signal will abort by itself, so that nothing is begun that cannot be done by then. */
export function endingAt(signal: AbortSignal, endsAtMs: number): AbortSignal {
  ENDS.set(signal, endsAtMs);
  return signal;
}

/** When a signal will abort by itself; undefined where that is not known. */
export const endOf = (signal: AbortSignal | undefined): number | undefined =>
  signal === undefined ? undefined : ENDS.get(signal);

/** A signal that aborts with the first of these, and is known to end when the earliest of them does. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const any = AbortSignal.any([...signals]);
  const ends = signals.map(endOf).filter((end) => end !== undefined);
  return ends.length === 0 ? any : endingAt(any, Math.min(...ends));
}
