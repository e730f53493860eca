import type { UnitChecksum } from './checksum.ts';
import { damaged } from './damage.ts';

/**
 * Layout of a table from keys (chunk ids or document ids) to rows: a directory, then buckets. The directory
 * consists of its checksum (u32, position 0) and the size in bytes of each bucket (u32). A bucket (position
 * 1, 2, ...) consists of its checksum (u32) and its entries in ascending order: fingerprint of the key (high
 * u32, low u32), ordinal of the chunk (u32), row (u32).
 */
export const KEY_ENTRY_BYTES = 16;
const KEYS_PER_BUCKET = 256;

/** Number of buckets of a table with `keys` keys: a power of two. */
export const keyBuckets = (keys: number): number =>
  2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, keys) / KEYS_PER_BUCKET)));

/** Size of the directory. */
export const keyDirectoryBytes = (keys: number): number => 4 + 4 * keyBuckets(keys);

export interface KeyEntry {
  readonly high: number;
  readonly low: number;
  readonly ordinal: number;
  readonly row: number;
}

/** Returns the start of each bucket and the end of the last one. @throws DAMAGED_STORE */
export function readKeyDirectory(bytes: Uint8Array, checksum: UnitChecksum): Float64Array {
  const view = checkedView(bytes, 0, checksum);
  const buckets = bytes.length / 4 - 1;
  const starts = new Float64Array(buckets + 1);
  starts[0] = bytes.length;
  for (let bucket = 0; bucket < buckets; bucket++)
    starts[bucket + 1] = starts[bucket]! + view.getUint32(4 + 4 * bucket, true);
  return starts;
}

/** Entries of a key in its bucket, in order. @throws DAMAGED_STORE */
export function findKey(
  bytes: Uint8Array,
  bucket: number,
  key: { readonly high: number; readonly low: number },
  checksum: UnitChecksum,
): KeyEntry[] {
  const view = checkedView(bytes, bucket + 1, checksum);
  const found: KeyEntry[] = [];
  for (let at = 4; at + KEY_ENTRY_BYTES <= bytes.length; at += KEY_ENTRY_BYTES) {
    const [high, low] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (high === key.high && low === key.low)
      found.push({ high, low, ordinal: view.getUint32(at + 8, true), row: view.getUint32(at + 12, true) });
  }
  return found;
}

function checkedView(bytes: Uint8Array, position: number, checksum: UnitChecksum): DataView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0, true) !== checksum.of(position, bytes.subarray(4)))
    throw damaged('a table of ids', 'does not match its checksum');
  return view;
}
