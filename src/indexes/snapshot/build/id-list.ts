/** Ids by row, as UTF-8 in one piece of memory: a million strings would be a third of a build's heap. */
export class IdList {
  #bytes = Buffer.allocUnsafeSlow(64 * 1_024);
  /** Where each id begins, and where the last one ends. */
  #starts: Uint32Array;
  #isAscii = true;
  #count = 0;

  /** `expected`: how many ids there will be, about. */
  constructor(expected: number) {
    this.#starts = new Uint32Array(expected + 1);
  }

  get count(): number {
    return this.#count;
  }

  add(id: string): void {
    const start = this.#starts[this.#count]!;
    // A UTF-16 unit takes at most three bytes.
    if (start + 3 * id.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, start + 3 * id.length));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    const length = this.#bytes.write(id, start);
    this.#isAscii &&= length === id.length;
    this.#count += 1;
    if (this.#count === this.#starts.length) {
      const longer = new Uint32Array(2 * this.#starts.length);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[this.#count] = start + length;
  }

  /** The UTF-8 bytes of a row's id: a view. */
  bytesOf(row: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[row]!, this.#starts[row + 1]!);
  }

  /** Rows in ascending order of their ids, by UTF-16 units. */
  order(): Uint32Array {
    const rows = new Uint32Array(this.#count);
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    return rows.sort((left, right) => this.#compare(left, right));
  }

  #compare(left: number, right: number): number {
    if (!this.#isAscii) {
      const [one, other] = [this.#textOf(left), this.#textOf(right)];
      return one < other ? -1 : one > other ? 1 : 0;
    }
    const [leftStart, rightStart] = [this.#starts[left]!, this.#starts[right]!];
    const [leftLength, rightLength] = [
      this.#starts[left + 1]! - leftStart,
      this.#starts[right + 1]! - rightStart,
    ];
    const common = Math.min(leftLength, rightLength);
    for (let at = 0; at < common; at++) {
      const difference = this.#bytes[leftStart + at]! - this.#bytes[rightStart + at]!;
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  }

  #textOf(row: number): string {
    return this.#bytes.toString('utf8', this.#starts[row]!, this.#starts[row + 1]!);
  }
}
