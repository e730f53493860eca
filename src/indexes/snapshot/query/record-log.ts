import { UNIT_BYTES } from '../format/layout.ts';
import { giveBack } from '../reading/search-memory.ts';

/** Marks a row that was never stored. Positions start at 1. */
const NOWHERE = 0;

/**
 * Ring buffer of row records in reading order: the newest overwrite the oldest. Evicted records need no garbage
 * collection, and untouched parts of the buffer take no memory.
 */
export class RecordLog {
  readonly #sizeBytes: number;
  /** Start of each row's record, in units since the first record ever written. */
  readonly #places: Uint32Array;
  #ring: Uint8Array<ArrayBuffer> | undefined;
  /** Units written so far, including those left empty at the ring's end. */
  #end = 0;

  constructor(rows: number, sizeBytes: number) {
    this.#places = new Uint32Array(rows);
    this.#sizeBytes = Math.floor(sizeBytes / UNIT_BYTES) * UNIT_BYTES;
  }

  /** The record of a row, if still present: a view that is valid until the next addition. */
  find(row: number, length: number): Uint8Array | undefined {
    const place = this.#places[row]!;
    if (place === NOWHERE || this.#ring === undefined) return undefined;
    const units = this.#sizeBytes / UNIT_BYTES;
    if (this.#end - (place - 1) > units) return undefined;
    const at = ((place - 1) % units) * UNIT_BYTES;
    return this.#ring.subarray(at, at + length);
  }

  add(row: number, record: Uint8Array): void {
    const units = this.#sizeBytes / UNIT_BYTES;
    const length = Math.ceil(record.length / UNIT_BYTES);
    if (length > units) return;
    this.#ring ??= new Uint8Array(this.#sizeBytes);
    const left = units - (this.#end % units);
    if (left < length) this.#end += left;
    // Positions have 32 bits: the ring restarts after 64 GiB.
    if (this.#end + length >= 2 ** 32) this.#restart();
    this.#ring.set(record, (this.#end % units) * UNIT_BYTES);
    this.#places[row] = this.#end + 1;
    this.#end += length;
  }

  /** Frees the memory permanently. */
  close(): void {
    if (this.#ring !== undefined) giveBack(this.#ring);
    this.#ring = undefined;
    this.#places.fill(NOWHERE);
  }

  #restart(): void {
    this.#places.fill(NOWHERE);
    this.#end = 0;
  }
}
