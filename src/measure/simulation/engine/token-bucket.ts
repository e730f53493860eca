/** A token bucket of `capacity` tokens, full at first, that refills continuously. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #filledMs = 0;

  constructor(perSecond: number, capacity: number) {
    this.#perMs = perSecond / 1_000;
    this.#capacity = capacity;
    this.#tokens = capacity;
  }

  /** Takes a token if one is available; times must not decrease. */
  take(nowMs: number): boolean {
    // Infinite capacity: no limit.
    if (this.#capacity === Number.POSITIVE_INFINITY) return true;
    this.#tokens = Math.min(this.#capacity, this.#tokens + (nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
