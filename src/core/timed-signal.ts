/** When each signal will abort, as a time of the clock `performance.now()`. */
const ENDS = new WeakMap<AbortSignal, number>();

/** Records when a signal will abort, so that no work starts that cannot finish in time. */
export function endingAt(signal: AbortSignal, endsAtMs: number): AbortSignal {
  ENDS.set(signal, endsAtMs);
  return signal;
}

/** The deadline at which a signal will abort; undefined if unknown. */
export const endOf = (signal: AbortSignal | undefined): number | undefined =>
  signal === undefined ? undefined : ENDS.get(signal);

/** A signal that aborts with the first of these signals and has the earliest of their deadlines. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const any = AbortSignal.any([...signals]);
  const ends = signals.map(endOf).filter((end) => end !== undefined);
  return ends.length === 0 ? any : endingAt(any, Math.min(...ends));
}
