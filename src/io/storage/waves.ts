/**
 * Counts waves while requests go by: the largest number of requests no two of which overlap in time. Order of starts
 * and ends decides, not a clock, which would give ties.
 */
export class WaveCounter {
  #tick = 0;
  #lastWaveEnd = 0;
  #waves = 0;

  get waves(): number {
    return this.#waves;
  }

  /** A request starts; what it gives is handed to `ended`. */
  started(): number {
    return ++this.#tick;
  }

  /** Taking requests in the order of their ends, each that starts after the last one taken, gives the most. */
  ended(start: number): void {
    if (start <= this.#lastWaveEnd) return;
    this.#waves++;
    this.#lastWaveEnd = ++this.#tick;
  }

  /** Starts again from zero: of requests under way none is counted. */
  reset(): void {
    this.#waves = 0;
    this.#lastWaveEnd = this.#tick;
  }
}
