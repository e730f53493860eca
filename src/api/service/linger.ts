/** Longer than any request may run. */
const LINGER_MS = 120_000;

/** Closes a replaced or evicted resource after the requests that still use it have ended. */
export function closeLater(close: () => Promise<void>): void {
  setTimeout(() => void close().catch(() => {}), LINGER_MS).unref();
}
