import { radixOrder, sortRuns } from './radix-order.ts';

/** Ids by row, as UTF-8 in one buffer. As strings, a million ids would take a third of a build's heap. */
export class IdList {
  #bytes = Buffer.allocUnsafeSlow(64 * 1_024);
  /** Start of each id, and the end of the last one. */
  #starts: Uint32Array;
  #isAscii = true;
  #count = 0;

  /** `expected`: approximate number of ids. */
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

  /** A view of the UTF-8 bytes of a row's id. */
  bytesOf(row: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[row]!, this.#starts[row + 1]!);
  }

  /** Rows in ascending order of their ids, by UTF-16 units. */
  order(): Uint32Array {
    const rows = Uint32Array.from({ length: this.#count }, (_, row) => row);
    const compare = (left: number, right: number): number => this.#compare(left, right);
    if (!this.#isAscii || this.#count === 0) return rows.sort(compare);
    // Radix sort by the eight bytes after the common prefix, then compare the ids that tie.
    const skipped = this.#commonPrefix();
    const [highs, lows] = [new Uint32Array(this.#count), new Uint32Array(this.#count)];
    for (let row = 0; row < this.#count; row++) {
      highs[row] = this.#wordAt(row, skipped);
      lows[row] = this.#wordAt(row, skipped + 4);
    }
    const ordered = radixOrder(rows, highs, lows);
    sortRuns(ordered, highs, lows, compare);
    return ordered;
  }

  /** Length of the prefix that all ids share. */
  #commonPrefix(): number {
    let length = this.#starts[1]!;
    for (let row = 1; row < this.#count && length > 0; row++) {
      const start = this.#starts[row]!;
      let same = 0;
      while (
        same < length &&
        start + same < this.#starts[row + 1]! &&
        this.#bytes[start + same] === this.#bytes[same]
      )
        same += 1;
      length = same;
    }
    return length;
  }

  /** Four bytes of a row's id, big-endian; 0 past its end. */
  #wordAt(row: number, at: number): number {
    const from = this.#starts[row]! + at;
    const end = this.#starts[row + 1]!;
    if (from + 4 <= end) return this.#bytes.readUInt32BE(from);
    let word = 0;
    for (let place = from; place < from + 4; place++)
      word = word * 256 + (place < end ? this.#bytes[place]! : 0);
    return word;
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
