import { type StorageUse, WaveCounter } from '../../../core/index.ts';

/** Counts the storage requests of one search; the first search includes those that opened the index. */
export class ReadMeter {
  readonly #waves = new WaveCounter();
  #reads = 0;
  #bytes = 0;
  #cacheHits = 0;

  /** Records the start of a request; the caller calls the returned function with the received bytes when it ends. */
  started(): (bytes: number) => void {
    const start = this.#waves.started();
    this.#reads += 1;
    return (bytes) => {
      this.#bytes += bytes;
      this.#waves.ended(start);
    };
  }

  /** Records units found in memory or in the cache folder. */
  hit(count = 1): void {
    this.#cacheHits += count;
  }

  get use(): StorageUse {
    return { reads: this.#reads, bytes: this.#bytes, waves: this.#waves.waves, cacheHits: this.#cacheHits };
  }
}
