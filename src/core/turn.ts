/** Time, in milliseconds, after which a long loop yields to other requests. */
const TURN_MS = 15;

let startedMs: number | undefined;

/**
 * Whether this turn of the event loop has used up its time; long loops then await {@link nextTurn}. The first
 * call in a turn starts the clock, which all loops of the turn share.
 */
export function isTurnOver(): boolean {
  if (startedMs !== undefined) return performance.now() - startedMs >= TURN_MS;
  startedMs = performance.now();
  setImmediate(() => {
    startedMs = undefined;
  });
  return false;
}

/** Resolves after the event loop has handled pending events. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
