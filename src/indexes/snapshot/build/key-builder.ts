import { Fingerprint } from '../../../documents/lexical/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { KEY_ENTRY_BYTES, keyBuckets, keyDirectoryBytes } from '../format/key-buckets.ts';
import { bucketOf } from '../format/postings.ts';
import { GrowingWords } from './growing.ts';
import { radixOrder, sortRuns } from './radix-order.ts';

/** Collects keys of rows (chunk ids or document ids) for a table of hashed buckets. */
export class KeyBuilder {
  readonly #print = new Fingerprint();
  readonly #highs: GrowingWords;
  readonly #lows: GrowingWords;
  readonly #ordinals: GrowingWords;

  /** `rows`: expected number of rows. */
  constructor(rows: number) {
    this.#highs = new GrowingWords(rows);
    this.#lows = new GrowingWords(rows);
    this.#ordinals = new GrowingWords(rows);
  }

  add(key: string, ordinal: number): void {
    const { high, low } = this.#print.of(key);
    this.#highs.push(high);
    this.#lows.push(low);
    this.#ordinals.push(ordinal);
  }

  /** Encodes the table. `finalRow` maps added rows to rows of the index. */
  encode(finalRow: Uint32Array, checksum: UnitChecksum): Uint8Array {
    const [highs, lows, ordinals] = [this.#highs.view(), this.#lows.view(), this.#ordinals.view()];
    const rows = Uint32Array.from(highs, (_, row) => row);
    const order = radixOrder(rows, highs, lows);
    const byOrdinal = (left: number, right: number): number =>
      ordinals[left]! - ordinals[right]! || finalRow[left]! - finalRow[right]!;
    sortRuns(order, highs, lows, byOrdinal);
    const buckets = keyBuckets(order.length);
    const head = keyDirectoryBytes(order.length);
    const bytes = new Uint8Array(head + 4 * buckets + KEY_ENTRY_BYTES * order.length);
    const view = new DataView(bytes.buffer);
    let at = head;
    let next = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = at;
      at += 4;
      for (; next < order.length && bucketOf(highs[order[next]!]!, buckets) === bucket; next++) {
        const source = order[next]!;
        view.setUint32(at, highs[source]!, true);
        view.setUint32(at + 4, lows[source]!, true);
        view.setUint32(at + 8, ordinals[source]!, true);
        view.setUint32(at + 12, finalRow[source]!, true);
        at += KEY_ENTRY_BYTES;
      }
      view.setUint32(start, checksum.of(bucket + 1, bytes.subarray(start + 4, at)), true);
      view.setUint32(4 + 4 * bucket, at - start, true);
    }
    view.setUint32(0, checksum.of(0, bytes.subarray(4, head)), true);
    return bytes;
  }
}
