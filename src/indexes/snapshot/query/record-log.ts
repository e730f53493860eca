import { UNIT_BYTES } from '../format/layout.ts';
import { giveBack } from '../reading/search-memory.ts';

/** Marks a row that was never here. Places are numbered from 1. */
const NOWHERE = 0;

/**
 * Records of rows in the order in which they were read, in one ring of memory: the newest overwrite the oldest. So
 * nothing has to be collected when records are dropped, and what was not written to takes no memory.
 */
export class RecordLog {
  readonly #sizeBytes: number;
  /** Where each row's record begins, in units counted from the first record ever written. */
  readonly #places: Uint32Array;
  #ring: Uint8Array<ArrayBuffer> | undefined;
  /** Units written so far, those at the ring's end that were left empty included. */
  #end = 0;

  constructor(rows: number, sizeBytes: number) {
    this.#places = new Uint32Array(rows);
    this.#sizeBytes = Math.floor(sizeBytes / UNIT_BYTES) * UNIT_BYTES;
  }

  /** The record of a row, if it is still here: a view that is valid until something is added. */
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
    // Places have 32 bits: after 64 GiB everything begins anew.
    if (this.#end + length >= 2 ** 32) this.#restart();
    this.#ring.set(record, (this.#end % units) * UNIT_BYTES);
    this.#places[row] = this.#end + 1;
    this.#end += length;
  }

  /** Gives the memory back, for good. */
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
