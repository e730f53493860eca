import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHeader, encodeHeader } from '../../../../src/indexes/snapshot/format/header.ts';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import { testVector } from '../../../support/chunks.ts';
import { testSnapshot } from '../../../support/snapshot.ts';

const FIXED_BYTES = 24;

describe('the header of a snapshot', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    const { storage, prefix } = await testSnapshot({ documents: 60, dimensions: 24 });
    bytes = (await storage.read(`${prefix}header.bin`)).bytes;
  });

  /** The header after a change of its fixed fields or its JSON, with a matching checksum. */
  function changed(change: (view: DataView, json: Record<string, unknown>) => void): Uint8Array {
    const jsonBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
    const tables = bytes.subarray(FIXED_BYTES + jsonBytes);
    const fixed = bytes.slice(0, FIXED_BYTES);
    const json = JSON.parse(Buffer.from(bytes.subarray(FIXED_BYTES, FIXED_BYTES + jsonBytes)).toString());
    const view = new DataView(fixed.buffer);
    change(view, json);
    const text = Buffer.from(JSON.stringify(json));
    view.setUint32(12, text.length, true);
    view.setUint32(16, FIXED_BYTES + text.length + tables.length, true);
    const made = Buffer.concat([fixed, text, tables]);
    made.writeUInt32LE(crc32(made.subarray(FIXED_BYTES), crc32(made.subarray(0, 20))), 20);
    return made;
  }

  it('round-trips', () => {
    const opening = decodeHeader(bytes);
    expect(opening.header).toMatchObject({
      buildId: expect.stringMatching(/^[0-9a-f]{32}$/),
      rows: 120,
      collection: { name: 'test', dimensions: 24 },
      vectors: { dimensions: 24 },
      lexical: { averageTerms: expect.any(Number) },
      columns: [{ name: 'year' }, { name: 'kind' }, { name: 'open' }, { name: 'tags' }],
    });
    expect(opening.mean).toHaveLength(32);
    expect(Buffer.from(encodeHeader(opening))).toEqual(Buffer.from(bytes));
  });

  it('is accepted with a newer minor version and additional fields', () => {
    const newer = changed((view, json) => {
      view.setUint16(10, 7, true);
      json.unheardOf = { of: 1 };
    });
    expect(decodeHeader(newer).header).toMatchObject({ rows: 120 });
  });

  it('is rejected with UNSUPPORTED_FORMAT if its major version is newer', () => {
    const newer = changed((view) => view.setUint16(8, 3, true));
    expect(() => decodeHeader(newer)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_FORMAT',
        fields: { major: 3 },
        remedy: expect.any(String),
      }),
    );
  });

  it('causes DAMAGED_STORE in a search if its metric was changed, because checksums of units cover the metric', async () => {
    const built = await testSnapshot({ documents: 60, dimensions: 24 });
    const forged = changed((_, json) => {
      Object.assign(json.collection as object, { metric: 'dot' });
    });
    await built.storage.write(`${built.prefix}header.bin`, forged);
    const search = openVersion(built.storage, built.prefix).then((searcher) =>
      searcher.search({ vector: testVector(24, 1), topK: 3 }),
    );
    await expect(search).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
  });

  it('is rejected with any flipped bit and if truncated', () => {
    for (let bit = 0; bit < 8 * bytes.length; bit += 61) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeHeader(flipped)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(DAMAGED_STORE|UNSUPPORTED_FORMAT)$/) }),
      );
    }
    for (const length of [0, 7, 23, 24, bytes.length - 1])
      expect(() => decodeHeader(bytes.slice(0, length))).toThrow(
        expect.objectContaining({ code: 'DAMAGED_STORE' }),
      );
  });

  it.each<[string, (json: Record<string, Record<string, unknown>>) => void]>([
    ['more rows than it has a directory for', (json) => Object.assign(json, { rows: 100_000 })],
    ['another number of dimensions', (json) => (json.vectors!.dimensions = 8)],
    ['codes of half a bit', (json) => (json.vectors!.codeBits = 1.5)],
    ['leaves that are not whole blocks', (json) => (json.vectors!.leafRows = 33)],
    ['a column beyond the end', (json) => Object.assign((json.columns as never)[3], { sizeBytes: 10 ** 6 })],
    ['a section of terabytes', (json) => (json.sections!.lexicon = [2 ** 42])],
    ['postings of another size', (json) => (json.sections!.postings = [1])],
    ['no query parameters', (json) => (json.queryParameters = {})],
    ['no build id', (json) => delete json.buildId],
  ])('is rejected with %s even if the checksum matches', (_, forge) => {
    const forged = changed((_view, json) => void forge(json as never));
    expect(() => decodeHeader(forged)).toThrow(expect.objectContaining({ code: 'DAMAGED_STORE' }));
  });
});
