import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fingerprint } from '../../../../src/documents/lexical/index.ts';
import { KeyBuilder } from '../../../../src/indexes/snapshot/build/key-builder.ts';
import { trainSymbols } from '../../../../src/indexes/snapshot/build/train-symbols.ts';
import { UnitChecksum } from '../../../../src/indexes/snapshot/format/checksum.ts';
import {
  findKey,
  keyDirectoryBytes,
  readKeyDirectory,
} from '../../../../src/indexes/snapshot/format/key-buckets.ts';
import { PayloadEncoder } from '../../../../src/indexes/snapshot/format/payload.ts';
import { BucketView, BucketWriter, bucketOf } from '../../../../src/indexes/snapshot/format/postings.ts';
import { RecordView, recordBytes, writeRecord } from '../../../../src/indexes/snapshot/format/records.ts';
import { SymbolTable } from '../../../../src/indexes/snapshot/format/symbol-table.ts';

const SEAL = Buffer.from('some index');
const damaged = { code: 'DAMAGED_STORE' };
const errorOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('UnitChecksum', () => {
  it('is the CRC-32 of the seal, the section, the position and the bytes', () => {
    const bytes = Buffer.from('unit');
    const all = Buffer.concat([SEAL, Buffer.from('codes'), Buffer.from([7, 1, 0, 0]), bytes]);
    expect(new UnitChecksum(SEAL, 'codes').of(263, bytes)).toBe(crc32(all));
  });

  it('differs for another index, section or position', () => {
    const bytes = Buffer.from('unit');
    const sums = [
      new UnitChecksum(SEAL, 'codes').of(1, bytes),
      new UnitChecksum(SEAL, 'codes').of(2, bytes),
      new UnitChecksum(SEAL, 'records').of(1, bytes),
      new UnitChecksum(Buffer.from('other index'), 'codes').of(1, bytes),
    ];
    expect(new Set(sums).size).toBe(4);
  });
});

describe('SymbolTable', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 100 }).map((value) => new TextEncoder().encode(value)),
    fc.stringMatching(/^(ab|abc|the | of)*$/).map((value) => new TextEncoder().encode(value)),
  );

  it('round-trips any bytes, whatever the training samples were', () => {
    const property = fc.property(fc.array(text, { maxLength: 8 }), text, (samples, bytes) => {
      const encoder = trainSymbols(samples);
      const table = SymbolTable.fromBytes(SymbolTable.of(encoder.symbols).toBytes());
      for (const each of [bytes, ...samples]) {
        const codes = encoder.encode(each).slice();
        expect(Buffer.from(table.decode(codes, each.length))).toEqual(Buffer.from(each));
        expect(codes.length).toBeLessThanOrEqual(2 * each.length);
        expect(errorOf(() => table.decode(codes, each.length + 1))).toMatchObject(damaged);
        if (each.length > 0)
          expect(errorOf(() => table.decode(codes, each.length - 1))).toMatchObject(damaged);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('compresses its training sample to less than half', () => {
    const sample = new TextEncoder().encode('the quick brown fox jumps over the lazy dog. '.repeat(20));
    expect(trainSymbols([sample]).encode(sample).length).toBeLessThan(sample.length / 2);
  });

  it('rejects symbols of 0 or 9 bytes, truncated symbols, and a 256th symbol', () => {
    const many = Buffer.alloc(2 * 256, 1);
    for (const bytes of [[0], [9, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 1], many])
      expect(errorOf(() => SymbolTable.fromBytes(Uint8Array.from(bytes)))).toMatchObject(damaged);
  });
});

describe('a posting bucket', () => {
  const rows = 100_000;
  const checksum = new UnitChecksum(SEAL, 'postings');
  const term = fc.record({
    high: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    low: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    rows: fc.uniqueArray(fc.integer({ min: 0, max: rows - 1 }), { minLength: 1, maxLength: 60 }),
    count: fc.integer({ min: 1, max: 300 }),
  });
  const terms = fc.uniqueArray(term, { maxLength: 20, selector: ({ high, low }) => `${high} ${low}` });

  it('returns the rows and counts written for each term, and nothing for unknown terms', () => {
    const writer = new BucketWriter();
    const property = fc.property(terms, fc.integer({ min: 0, max: 4_000 }), (list, bucket) => {
      const lists = list.map((each) => {
        const sorted = Uint32Array.from(each.rows).sort();
        return { ...each, rows: sorted, counts: sorted.map((row) => (row % 3 === 0 ? each.count : 1)) };
      });
      for (const each of lists) writer.add(each);
      const view = new BucketView(writer.finish(bucket, checksum), bucket, rows, checksum);
      for (const each of lists)
        expect(view.find(each.high, each.low)).toEqual({ rows: each.rows, counts: each.counts });
      const unknown = { high: 5, low: 2 ** 31 };
      if (!list.some(({ high, low }) => high === unknown.high && low === unknown.low))
        expect(view.find(unknown.high, unknown.low)).toBeUndefined();
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('is rejected if it is truncated, is read for another position, or contains rows beyond the index', () => {
    const writer = new BucketWriter();
    writer.add({ high: 1, low: 2, rows: Uint32Array.of(3, 70), counts: Uint32Array.of(1, 2) });
    const bytes = writer.finish(4, checksum);
    expect(errorOf(() => new BucketView(bytes, 5, rows, checksum))).toMatchObject(damaged);
    expect(errorOf(() => new BucketView(bytes.slice(0, -1), 4, rows, checksum))).toMatchObject(damaged);
    expect(errorOf(() => new BucketView(bytes, 4, 70, checksum).find(1, 2))).toMatchObject(damaged);
    expect(new BucketView(bytes, 4, 71, checksum).find(1, 2)?.rows).toEqual(Uint32Array.of(3, 70));
  });

  it('is selected by the first bits of the fingerprint', () => {
    expect([0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map((high) => bucketOf(high, 4))).toEqual([0, 1, 2, 3]);
    expect(bucketOf(2 ** 32 - 1, 1)).toBe(0);
  });
});

describe('an id table', () => {
  const checksum = new UnitChecksum(SEAL, 'ids');
  const name = fc.string({ maxLength: 12 });

  it('finds all rows of a key, ordered by ordinal', () => {
    const property = fc.property(fc.array(name, { minLength: 1, maxLength: 900 }), (keys) => {
      const builder = new KeyBuilder(8);
      for (const [index, key] of keys.entries()) builder.add(key, keys.length - index);
      const finalRow = Uint32Array.from(keys, (_, row) => (row + 1) % keys.length);
      const bytes = builder.encode(finalRow, checksum);
      const starts = readKeyDirectory(bytes.subarray(0, keyDirectoryBytes(keys.length)), checksum);
      expect(starts.at(-1)).toBe(bytes.length);
      for (const key of [keys[0]!, keys.at(-1)!, 'not there at all']) {
        const { high, low } = new Fingerprint().of(key);
        const bucket = bucketOf(high, starts.length - 1);
        const unit = bytes.subarray(starts[bucket], starts[bucket + 1]);
        const rows = keys.flatMap((each, row) => (each === key ? [finalRow[row]!] : [])).reverse();
        expect(findKey(unit, bucket, { high, low }, checksum).map(({ row }) => row)).toEqual(rows);
        expect(errorOf(() => findKey(unit, bucket + 1, { high, low }, checksum))).toMatchObject(damaged);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe('a record', () => {
  const checksum = new UnitChecksum(SEAL, 'records');
  const chunk = fc.record({
    id: fc.string({ unit: 'binary' }),
    documentId: fc.string(),
    ordinal: fc.nat(),
    title: fc.string({ unit: 'grapheme' }),
    text: fc.string({ unit: 'grapheme', maxLength: 400 }),
    start: fc.nat(),
    end: fc.nat(),
    headingPath: fc.array(fc.string(), { maxLength: 3 }),
    metadata: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true }),
  });

  it('returns the chunk and the vector that were written', () => {
    const vector = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const property = fc.property(chunk, vector, fc.nat(), (given, int8, row) => {
      // Normalised first, because JSON does not round-trip every value (for example -0).
      const written = JSON.parse(JSON.stringify(given));
      const raw = new PayloadEncoder().encode(written);
      const encoder = trainSymbols([raw]);
      const payload = encoder.encode(raw).slice();
      const target = new Uint8Array(8 + recordBytes(int8.length, payload.length)).fill(9);
      const parts = { idRank: row, scale: 0.5, vector: int8, payload, rawBytes: raw.length };
      const size = writeRecord(target, 8, row, parts, checksum);
      expect([size % 16, size]).toEqual([0, target.length - 8]);
      const view = new RecordView(target.subarray(8), row, int8.length, checksum);
      expect([view.idRank, view.scale, Buffer.from(view.vector)]).toEqual([row, 0.5, Buffer.from(int8)]);
      expect(view.payload(SymbolTable.of(encoder.symbols))).toEqual(written);
      expect(errorOf(() => new RecordView(target.subarray(8), row + 1, 16, checksum))).toMatchObject(damaged);
    });
    fc.assert(property, { numRuns: 100 });
  });
});
