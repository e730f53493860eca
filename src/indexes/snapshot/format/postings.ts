import type { UnitChecksum } from './checksum.ts';
import { damaged } from './damage.ts';
import { ByteWriter } from './varint.ts';

/**
 * Layout of a posting bucket: checksum (u32), number of terms (u32); for each term, in ascending order, its
 * fingerprint (high u32, low u32), number of rows (u32), size of its list in bytes (u32); then the lists. A
 * list is, for each row in ascending order, the varint of 2 x (row - previous row) + (1 if the term occurs
 * more than once), followed in that case by the varint of its count.
 */
const HEAD_BYTES = 8;
const TERM_BYTES = 16;

/** A term's rows and its number of occurrences in each. */
export interface PostingList {
  readonly rows: Uint32Array;
  readonly counts: Uint32Array;
}

/** A term to write. */
export interface TermPostings extends PostingList {
  readonly high: number;
  readonly low: number;
}

/** Writes one bucket; terms must be added in ascending order of fingerprint, rows in ascending order. */
export class BucketWriter {
  readonly #heads = new ByteWriter();
  readonly #lists = new ByteWriter();
  #terms = 0;

  add({ high, low, rows, counts }: TermPostings): void {
    const start = this.#lists.length;
    let before = 0;
    for (let index = 0; index < rows.length; index++) {
      const count = counts[index]!;
      this.#lists.varint(2 * (rows[index]! - before) + (count > 1 ? 1 : 0));
      if (count > 1) this.#lists.varint(count);
      before = rows[index]!;
    }
    for (const word of [high, low, rows.length, this.#lists.length - start]) this.#heads.word(word);
    this.#terms += 1;
  }

  /** Returns the bucket's bytes and resets the writer. */
  finish(bucket: number, checksum: UnitChecksum): Uint8Array {
    const bytes = new Uint8Array(HEAD_BYTES + this.#heads.length + this.#lists.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, this.#terms, true);
    bytes.set(this.#heads.view(), HEAD_BYTES);
    bytes.set(this.#lists.view(), HEAD_BYTES + this.#heads.length);
    view.setUint32(0, checksum.of(bucket, bytes.subarray(4)), true);
    this.#heads.clear();
    this.#lists.clear();
    this.#terms = 0;
    return bytes;
  }
}

/** The lists of a bucket by fingerprint. */
export class BucketView {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #terms: number;
  readonly #rows: number;
  readonly #bucket: number;

  /**
   * `rows` is the number of rows in the index.
   * @throws DAMAGED_STORE if the bytes are not those written for this bucket.
   */
  constructor(bytes: Uint8Array, bucket: number, rows: number, checksum: UnitChecksum) {
    this.#bytes = bytes;
    this.#bucket = bucket;
    this.#rows = rows;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < HEAD_BYTES || this.#view.getUint32(0, true) !== checksum.of(bucket, bytes.subarray(4)))
      throw damaged(`posting bucket ${bucket}`, 'does not match its checksum');
    this.#terms = this.#view.getUint32(4, true);
    if (HEAD_BYTES + this.#terms * TERM_BYTES > bytes.length)
      throw damaged(`posting bucket ${bucket}`, 'is shorter than its stated length');
  }

  /** The list of a term, or undefined if no row contains it. @throws DAMAGED_STORE */
  find(high: number, low: number): PostingList | undefined {
    let at = HEAD_BYTES + this.#terms * TERM_BYTES;
    for (let term = 0; term < this.#terms; term++) {
      const head = HEAD_BYTES + term * TERM_BYTES;
      const sizeBytes = this.#view.getUint32(head + 12, true);
      if (this.#view.getUint32(head, true) === high && this.#view.getUint32(head + 4, true) === low)
        return this.#decode(at, sizeBytes, this.#view.getUint32(head + 8, true));
      at += sizeBytes;
    }
    return undefined;
  }

  #decode(start: number, sizeBytes: number, length: number): PostingList {
    const end = start + sizeBytes;
    if (end > this.#bytes.length || length > sizeBytes)
      throw damaged(`posting bucket ${this.#bucket}`, 'is shorter than its stated length');
    const rows = new Uint32Array(length);
    const counts = new Uint32Array(length).fill(1);
    const bytes = this.#bytes;
    let at = start;
    let row = 0;
    const next = (): number => {
      let value = 0;
      let shift = 0;
      let byte = bytes[at++]!;
      while (byte > 127 && at < end) {
        value |= (byte & 127) << shift;
        shift += 7;
        byte = bytes[at++]!;
      }
      return (value | (byte << shift)) >>> 0;
    };
    for (let index = 0; index < length; index++) {
      const step = next();
      row += step >>> 1;
      rows[index] = row;
      if (step & 1) counts[index] = next();
    }
    if (at !== end || (length > 0 && row >= this.#rows))
      throw damaged(`posting bucket ${this.#bucket}`, 'has a list that contradicts its size');
    return { rows, counts };
  }
}

/** The bucket of a term: the first bits of its fingerprint. `buckets` is a power of two. */
export const bucketOf = (high: number, buckets: number): number => Math.floor((high / 2 ** 32) * buckets);
