/** The values of one figure for every request of a step, grouped by block, in the order of intended time. */
export class BlockSeries<Values extends Float64Array | Uint8Array = Float64Array> {
  readonly values: Values;
  /** Index after the last value of each block. */
  readonly #ends: readonly number[];

  constructor(values: Values, ends: readonly number[]) {
    this.values = values;
    this.#ends = ends;
  }

  /** Views of the values of each block. */
  get blocks(): readonly Values[] {
    return this.#ends.map((end, block) => this.values.subarray(this.#ends[block - 1] ?? 0, end) as Values);
  }

  /** Views of the values up to the end of each block. */
  get upToEachBlock(): readonly Values[] {
    return this.#ends.map((end) => this.values.subarray(0, end) as Values);
  }
}
