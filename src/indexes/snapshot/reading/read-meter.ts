import type { StorageUse } from '../../../core/index.ts';

/** Counts the storage requests of one search, including those of the opening that it waited for. */
export class ReadMeter {
  #reads = 0;
  #bytes = 0;
  #waves = 0;
  #cacheHits = 0;
  /** Logical clock that orders starts and ends of requests; wall-clock times could tie. */
  #tick = 0;
  #lastWaveEnd = 0;

  /** Records the start of a request; the caller calls the returned function with the received bytes when it ends. */
  started(): (bytes: number) => void {
    const start = ++this.#tick;
    this.#reads += 1;
    return (bytes) => {
      this.#bytes += bytes;
      // Greedy interval scheduling by end time yields the longest chain of sequential requests.
      if (start > this.#lastWaveEnd) {
        this.#waves += 1;
        this.#lastWaveEnd = ++this.#tick;
      }
    };
  }

  /** Records units found in memory or in the cache folder. */
  hit(count = 1): void {
    this.#cacheHits += count;
  }

  get use(): StorageUse {
    return { reads: this.#reads, bytes: this.#bytes, waves: this.#waves, cacheHits: this.#cacheHits };
  }
}
