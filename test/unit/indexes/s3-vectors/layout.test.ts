import { describe, expect, it } from 'vitest';
import {
  deleteRecord,
  findRecord,
  indexName,
  writeRecord,
} from '../../../../src/indexes/s3-vectors/layout.ts';
import { checkStorable, vectorMetadata } from '../../../../src/indexes/s3-vectors/metadata.ts';
import { VectorSpool } from '../../../../src/indexes/s3-vectors/vector-spool.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const VERSION = '20261130T090322-a464';

describe('the index of a version in a vector bucket', () => {
  it('is named after collection and version', () => {
    expect(indexName(`docs/indexes/${VERSION}/`)).toBe('srag-docs-20261130t090322-a464');
  });

  it.each(['my_docs', 'd'.repeat(63)])('has a name that S3 Vectors accepts: collection %s', (collection) => {
    const name = indexName(`${collection}/indexes/${VERSION}/`);
    expect(name).toMatch(/^srag-[0-9a-f]{16}-20261130t090322-a464$/);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).not.toBe(indexName(`${collection.slice(1)}_/indexes/${VERSION}/`));
  });

  it('is recorded with its bucket and region', async () => {
    const storage = new MemoryStorage();
    const prefix = `docs/indexes/${VERSION}/`;
    expect(await findRecord(storage, prefix)).toBeUndefined();
    await writeRecord(storage, prefix, { bucket: 'my-vectors', region: 'eu-west-1' });
    expect(await findRecord(storage, prefix)).toMatchObject({ bucket: 'my-vectors', region: 'eu-west-1' });
    await deleteRecord(storage, prefix);
    expect(await findRecord(storage, prefix)).toBeUndefined();
  });
});

describe('what S3 Vectors cannot store', () => {
  it.each([
    ['vectors of more than 4,096 dimensions', { dimensions: 4_097 }],
    [
      'more than 50 fields',
      { fields: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`f${n}`, 'number' as const])) },
    ],
  ])('is refused before any work: %s', (_, changed) => {
    expect(() => checkStorable({ ...testSettings(2), ...changed })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    );
  });

  it('is refused with the id of the chunk if its metadata is too large', () => {
    const tags = Array.from({ length: 300 }, (_, number) => `tag${number}`);
    const { chunk } = testDocument('d', { chunks: 1, metadata: { tags } }).chunks[0]!;
    expect(() => vectorMetadata(chunk, testSettings(2))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining("'d-first-0'") }),
    );
  });

  it('leaves out missing values and empty lists', () => {
    const { chunk } = testDocument('d', { chunks: 1, metadata: { tags: [], kind: 'a', other: 1 } })
      .chunks[0]!;
    expect(vectorMetadata(chunk, testSettings(2))).toBe('{"_kind":"a"}');
  });
});

it('vectors wait in the order in which they were added, with the rank of their id as key', async () => {
  const folder = await temporaryFolder();
  const spool = new VectorSpool(folder, 2, 1);
  for (const [number, id] of ['c', 'a', 'b', 'é'].entries())
    spool.add(id, Float32Array.of(number, 0.5), `{"_kind":"${id}"}`);
  const vectors = [...spool.vectors()];
  expect(vectors.map(({ key, metadata }) => key + metadata)).toEqual([
    '2{"_kind":"c"}',
    '0{"_kind":"a"}',
    '1{"_kind":"b"}',
    '3{"_kind":"é"}',
  ]);
  expect(vectors.map(({ vector }) => [...vector])).toEqual([0, 1, 2, 3].map((number) => [number, 0.5]));
  spool.close();
});
