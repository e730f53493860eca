import { Fingerprint } from './fingerprint.ts';

const INITIAL_SIZE = 1_024;

/**
 * Counts strings by fingerprint in flat arrays that grow as needed: 30 bytes per distinct string of any
 * length.
 */
export class FrequencyTable {
  readonly #fingerprint = new Fingerprint();
  #slots = new Int32Array(2 * INITIAL_SIZE).fill(-1);
  #high = new Uint32Array(INITIAL_SIZE);
  #low = new Uint32Array(INITIAL_SIZE);
  #counts = new Uint32Array(INITIAL_SIZE);
  #lastDocument = new Uint32Array(INITIAL_SIZE);
  #size = 0;

  /** The id of `text` in this table, assigned on first use. */
  idOf(text: string): number {
    const { high, low } = this.#fingerprint.of(text);
    const mask = this.#slots.length - 1;
    for (let slot = high & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]!;
      if (id === -1) return this.#insert(slot, high, low);
      if (this.#high[id] === high && this.#low[id] === low) return id;
    }
  }

  /** Number of distinct strings so far. */
  get size(): number {
    return this.#size;
  }

  /** The upper half of an id's fingerprint; {@link low} is the lower half. */
  high(id: number): number {
    return this.#high[id]!;
  }
  low(id: number): number {
    return this.#low[id]!;
  }

  /** Increments the count of `id`. */
  count(id: number): void {
    this.#counts[id]! += 1;
  }

  /** Increments the count of `id` once per document (numbered from 1). */
  countOnce(id: number, document: number): void {
    if (this.#lastDocument[id] === document) return;
    this.#lastDocument[id] = document;
    this.#counts[id]! += 1;
  }

  /** Fingerprints in ascending order with their counts, which are limited to `cap`. */
  sorted(cap: number): { high: Uint32Array; low: Uint32Array; counts: Uint32Array } {
    const order = Float64Array.from({ length: this.#size }, (_, id) => id);
    // Sorted by fingerprint, so that the bytes do not depend on the order of documents.
    order.sort(
      (left, right) => this.#high[left]! - this.#high[right]! || this.#low[left]! - this.#low[right]!,
    );
    const high = new Uint32Array(this.#size);
    const low = new Uint32Array(this.#size);
    const counts = new Uint32Array(this.#size);
    order.forEach((id, position) => {
      high[position] = this.#high[id]!;
      low[position] = this.#low[id]!;
      counts[position] = Math.min(cap, this.#counts[id]!);
    });
    return { high, low, counts };
  }

  #insert(slot: number, high: number, low: number): number {
    const id = this.#size++;
    const full = id === this.#high.length;
    if (full) this.#grow();
    this.#high[id] = high;
    this.#low[id] = low;
    if (full) this.#rehash();
    else this.#slots[slot] = id;
    return id;
  }

  #grow(): void {
    this.#high = doubled(this.#high);
    this.#low = doubled(this.#low);
    this.#counts = doubled(this.#counts);
    this.#lastDocument = doubled(this.#lastDocument);
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#high.length).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#high[id]! & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

function doubled(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}
