import type { StorageUse } from '../../../core/index.ts';

/** Counts the storage requests of one search, with those of the opening it waited for. */
export class ReadMeter {
  #reads = 0;
  #bytes = 0;
  #waves = 0;
  #cacheHits = 0;
  /** Orders starts and ends of requests; a clock would give ties. */
  #tick = 0;
  #lastWaveEnd = 0;

  /** A request was sent; call the result when it has ended, with the bytes that came. */
  started(): (bytes: number) => void {
    const start = ++this.#tick;
    this.#reads += 1;
    return (bytes) => {
      this.#bytes += bytes;
      // Taking requests in the order of their ends, each that starts after the last one taken, gives the most.
      if (start > this.#lastWaveEnd) {
        this.#waves += 1;
        this.#lastWaveEnd = ++this.#tick;
      }
    };
  }

  /** A unit was found in memory or in the cache folder. */
  hit(count = 1): void {
    this.#cacheHits += count;
  }

  get use(): StorageUse {
    return { reads: this.#reads, bytes: this.#bytes, waves: this.#waves, cacheHits: this.#cacheHits };
  }
}
