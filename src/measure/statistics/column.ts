const FIRST_CAPACITY = 1_024;

type Numbers = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A growable list of numbers: 1 to 8 bytes per number instead of a hundred in an array of objects. */
export class Column<Of extends Numbers = Float64Array<ArrayBuffer>> {
  readonly #make: (length: number) => Of;
  #values: Of;
  #length = 0;

  private constructor(make: (length: number) => Of) {
    this.#make = make;
    this.#values = make(FIRST_CAPACITY);
  }

  static numbers = (): Column => new Column((length) => new Float64Array(length));
  /** 32-bit integers. */
  static integers = (): Column<Int32Array<ArrayBuffer>> => new Column((length) => new Int32Array(length));
  /** Integers from 0 to 255. */
  static bytes = (): Column<Uint8Array<ArrayBuffer>> => new Column((length) => new Uint8Array(length));

  get length(): number {
    return this.#length;
  }

  add(value: number): void {
    this.#reserve(1);
    this.#values[this.#length++] = value;
  }

  append(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  /** A view without a copy; it does not include values added later. */
  values(): Of {
    return this.#values.subarray(0, this.#length) as Of;
  }

  /** Overwrites the values from index `from` with those at `rows`, in that order. */
  reorder(from: number, rows: Uint32Array): void {
    const moved = this.#make(rows.length);
    for (let place = 0; place < rows.length; place++) moved[place] = this.#values[rows[place]!]!;
    this.#values.set(moved, from);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#values.length) return;
    const larger = this.#make(Math.max(needed, 2 * this.#values.length));
    larger.set(this.values());
    this.#values = larger;
  }
}

/** Concatenates lists of numbers. */
export function joined(lists: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(lists.reduce((total, { length }) => total + length, 0));
  let position = 0;
  for (const list of lists) {
    all.set(list, position);
    position += list.length;
  }
  return all;
}
