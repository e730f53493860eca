/**
 * Counts the waves of a sequence of requests: the largest number of requests no two of which overlap in time. Uses the
 * order of starts and ends instead of a clock, which would have ties.
 */
export class WaveCounter {
  #tick = 0;
  #lastWaveEnd = 0;
  #waves = 0;

  get waves(): number {
    return this.#waves;
  }

  /** Call when a request starts; pass the result to `ended`. */
  started(): number {
    return ++this.#tick;
  }

  /**
   * Counts each request that started after the last counted one ended. In the order of ends, this greedy
   * choice is optimal.
   */
  ended(start: number): void {
    if (start <= this.#lastWaveEnd) return;
    this.#waves++;
    this.#lastWaveEnd = ++this.#tick;
  }

  /** Resets the count to zero; requests in flight are not counted. */
  reset(): void {
    this.#waves = 0;
    this.#lastWaveEnd = this.#tick;
  }
}
