/** Longest stretch of work, in milliseconds, after which a long loop lets other requests in: well below 100 ms together. */
const TURN_MS = 15;

let startedMs: number | undefined;

/**
 * Whether this turn of the event loop has lasted long enough; long loops then await {@link nextTurn}. The first call of
 * a turn starts its clock, so that the steps of one request share it.
 */
export function isTurnOver(): boolean {
  if (startedMs !== undefined) return performance.now() - startedMs >= TURN_MS;
  startedMs = performance.now();
  setImmediate(() => {
    startedMs = undefined;
  });
  return false;
}

/** Resolves when the requests that came meanwhile have been served. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
