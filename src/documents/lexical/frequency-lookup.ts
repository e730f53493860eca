import { Fingerprint } from './fingerprint.ts';

/** Counts by fingerprint, in ascending order of fingerprint. */
export interface SortedFrequencies {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly counts: Uint32Array;
}

/** Average entries per bucket. */
const ENTRIES_PER_BUCKET = 8;

/** Finds counts in a sorted table. The first bits of a fingerprint select a bucket, which is then scanned. */
export class FrequencyLookup {
  readonly #fingerprint = new Fingerprint();
  readonly #table: SortedFrequencies;
  readonly #shift: number;
  readonly #starts: Uint32Array;

  constructor(table: SortedFrequencies) {
    this.#table = table;
    const size = table.high.length;
    const bits = Math.min(24, Math.max(1, Math.ceil(Math.log2(Math.max(2, size / ENTRIES_PER_BUCKET)))));
    this.#shift = 32 - bits;
    this.#starts = new Uint32Array(2 ** bits + 1);
    let bucket = 0;
    for (let index = 0; index < size; index++) {
      const own = table.high[index]! >>> this.#shift;
      while (bucket < own) this.#starts[++bucket] = index;
    }
    while (bucket < 2 ** bits) this.#starts[++bucket] = size;
  }

  /** The count of `text`, or 0. */
  get(text: string): number {
    const { high, low } = this.#fingerprint.of(text);
    const bucket = high >>> this.#shift;
    const end = this.#starts[bucket + 1]!;
    for (let index = this.#starts[bucket]!; index < end; index++) {
      if (this.#table.high[index] === high && this.#table.low[index] === low)
        return this.#table.counts[index]!;
    }
    return 0;
  }
}
