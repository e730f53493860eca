/**
 * Buffers of one search, freed explicitly at its end. The garbage collector would free them much later: it
 * sees only the small wrapper objects and lets hundreds of them accumulate, each backed by megabytes.
 */
export class SearchMemory {
  readonly #taken: Uint8Array<ArrayBuffer>[] = [];

  /** Allocates uninitialised bytes that are valid until `giveBack`. */
  take(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.#taken.push(bytes);
    return bytes;
  }

  /** Frees all allocated buffers: their length becomes 0. */
  giveBack(): void {
    for (const bytes of this.#taken.splice(0)) giveBack(bytes);
  }
}

/** Frees the buffer of `bytes` immediately. No other view may use it. */
export const giveBack = (bytes: Uint8Array<ArrayBuffer>): void => void bytes.buffer.transfer(0);
