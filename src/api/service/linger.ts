/** Longer than any request may take. */
const LINGER_MS = 120_000;

/** Closes what was replaced or let go, once those that still search it have ended. */
export function closeLater(close: () => Promise<void>): void {
  setTimeout(() => void close().catch(() => {}), LINGER_MS).unref();
}
