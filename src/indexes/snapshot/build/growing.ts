/** A growing typed array of 32-bit numbers. */
export class GrowingWords {
  #values: Uint32Array;
  #length = 0;

  /** `expected`: approximate final length. */
  constructor(expected = 1_024) {
    this.#values = new Uint32Array(Math.max(16, expected));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far: a view that is valid until the next push. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }
}
