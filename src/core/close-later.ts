/** Longer than any request may run. */
const DELAY_MS = 120_000;

/** Closes a replaced or evicted resource once the requests that may still use it have ended. */
export function closeLater(close: () => unknown): void {
  setTimeout(async () => {
    try {
      await close();
    } catch {
      // Nothing uses it any more.
    }
  }, DELAY_MS).unref();
}
