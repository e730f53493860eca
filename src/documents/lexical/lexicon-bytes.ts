import { crc32 } from 'node:zlib';
import type { SortedFrequencies } from './frequency-lookup.ts';

/** The contents of a lexicon, in the order of its bytes. */
export interface LexiconParts {
  readonly documents: number;
  readonly averageTerms: number;
  readonly averageGrams: number;
  readonly terms: SortedFrequencies;
  readonly grams: SortedFrequencies;
}

/**
 * Layout, little-endian: magic number, format version, CRC-32 of all bytes after it, number of terms, number
 * of grams, padding; the number of documents, average terms and average grams as doubles; then, first for
 * terms and then for grams, the high halves of the fingerprints, their low halves, and the counts.
 */
const MAGIC = 0x584c5253;
const FORMAT_VERSION = 1;
const CHECKED_FROM = 12;
const HEADER_BYTES = 48;
const ENTRY_BYTES = 12;

/** Writes a lexicon in format version 1. */
export function encodeLexicon(parts: LexiconParts): Uint8Array {
  const terms = parts.terms.high.length;
  const grams = parts.grams.high.length;
  const bytes = new Uint8Array(HEADER_BYTES + ENTRY_BYTES * (terms + grams));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  view.setUint32(12, terms, true);
  view.setUint32(16, grams, true);
  view.setFloat64(24, parts.documents, true);
  view.setFloat64(32, parts.averageTerms, true);
  view.setFloat64(40, parts.averageGrams, true);
  const body = new Uint32Array(bytes.buffer, HEADER_BYTES);
  let offset = 0;
  for (const { high, low, counts } of [parts.terms, parts.grams]) {
    for (const column of [high, low, counts]) {
      body.set(column, offset);
      offset += column.length;
    }
  }
  view.setUint32(8, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** Decodes a lexicon, or returns a description of the error in its bytes. */
export function decodeLexicon(bytes: Uint8Array): LexiconParts | string {
  if (bytes.byteLength < HEADER_BYTES) return `its ${bytes.byteLength} bytes are too few for a header`;
  // The columns are read in place as 32-bit integers, which must be aligned.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return 'it does not start with the magic number of a lexicon';
  const version = view.getUint32(4, true);
  if (version !== FORMAT_VERSION) return `its format version is ${version}, not ${FORMAT_VERSION}`;
  const terms = view.getUint32(12, true);
  const grams = view.getUint32(16, true);
  const expected = HEADER_BYTES + ENTRY_BYTES * (terms + grams);
  if (aligned.byteLength !== expected) return `it is ${aligned.byteLength} bytes long, not ${expected}`;
  if (view.getUint32(8, true) !== crc32(aligned.subarray(CHECKED_FROM)))
    return 'its checksum does not match its bytes';
  const body = new Uint32Array(aligned.buffer, aligned.byteOffset + HEADER_BYTES, 3 * (terms + grams));
  return {
    documents: view.getFloat64(24, true),
    averageTerms: view.getFloat64(32, true),
    averageGrams: view.getFloat64(40, true),
    terms: columns(body, 0, terms),
    grams: columns(body, 3 * terms, grams),
  };
}

function columns(body: Uint32Array, from: number, size: number): SortedFrequencies {
  return {
    high: body.subarray(from, from + size),
    low: body.subarray(from + size, from + 2 * size),
    counts: body.subarray(from + 2 * size, from + 3 * size),
  };
}
