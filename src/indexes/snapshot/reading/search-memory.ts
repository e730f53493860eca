/**
 * Memory for what one search reads, given back when the search has ended. The collector would give it back much later:
 * it sees small objects where there are megabytes behind them, and lets hundreds of these gather.
 */
export class SearchMemory {
  readonly #taken: Uint8Array<ArrayBuffer>[] = [];

  /** New bytes, of any content, that are valid until `giveBack`. */
  take(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.#taken.push(bytes);
    return bytes;
  }

  /** From here on the bytes handed out have no length. */
  giveBack(): void {
    for (const bytes of this.#taken.splice(0)) giveBack(bytes);
  }
}

/** Gives the memory of `bytes` back at once. It must be its own: not a part of what others look at. */
export const giveBack = (bytes: Uint8Array<ArrayBuffer>): void => void bytes.buffer.transfer(0);
