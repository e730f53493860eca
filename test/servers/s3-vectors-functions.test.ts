import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Engine, snapshotEngine } from '../../src/api/service/index.ts';
import { type IndexCatalogue, indexBackend } from '../../src/indexes/index.ts';
import { fileStorage } from '../../src/snapshot.ts';
import { seedOf, testDocument, testSettings, testVector } from '../support/chunks.ts';
import { type S3VectorsPlace, s3VectorsPlace, VECTOR_BUCKET } from './s3-vectors-place.ts';

const KIND = 's3-vectors';
const DIMENSIONS = 8;
const VECTOR = testVector(DIMENSIONS, seedOf('d-first-0'));
const QUERY = { vector: VECTOR, text: 'passage', topK: 2 };

let place: S3VectorsPlace;
beforeAll(async () => {
  place = await s3VectorsPlace();
});
afterAll(() => place?.remove());

const indexesInBucket = async (): Promise<string[]> => {
  const response = await fetch(`${place.mock.endpoint}/ListIndexes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ vectorBucketName: VECTOR_BUCKET }),
  });
  const { indexes } = (await response.json()) as { indexes: { indexName: string }[] };
  return indexes.map(({ indexName }) => indexName);
};

describe('the engine of small functions', () => {
  let catalogue: IndexCatalogue;
  let engine: Engine;
  let versions: string[];

  beforeAll(async () => {
    catalogue = place.catalogue('test');
    const corpus = await place.corpus(testSettings(DIMENSIONS));
    await corpus.write([testDocument('d', { dimensions: DIMENSIONS })], { replaces: false });
    const built = [KIND, KIND, 'snapshot'].map((kind) => catalogue.build(corpus, { kind }));
    versions = (await Promise.all(built)).map(({ version }) => version);
    await corpus.close();
    // Functions only read the bucket.
    engine = snapshotEngine({ storage: fileStorage(place.folder), servers: place.serversOf() });
  });
  afterAll(() => void vi.useRealTimers());

  it('switches between versions and kinds as they are published', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await catalogue.publish(versions[0]!);
    const index = await engine.open({ collection: 'test' });
    expect(index.manifest).toMatchObject({ kind: KIND, version: versions[0] });
    expect((await index.search(QUERY)).hits[0]).toMatchObject({ id: 'd-first-0' });
    for (const [number, kind] of [
      [1, KIND],
      [2, 'snapshot'],
      [0, KIND],
    ] as const) {
      await catalogue.publish(versions[number]!);
      vi.advanceTimersByTime(10_000);
      index.current!();
      await vi.waitFor(() => expect(index.manifest).toMatchObject({ kind, version: versions[number] }));
      expect((await index.search(QUERY)).hits[0]).toMatchObject({ id: 'd-first-0' });
    }
    await index.close();
    vi.useRealTimers();
  });

  it('counts the requests of a search with a vector; a search by text needs none', async () => {
    const index = await engine.open({ collection: 'test', index: `${KIND}@${versions[0]}` });
    const { trace } = await index.search(QUERY);
    expect(trace.details).toMatchObject({ s3VectorsRequests: 1, s3VectorsBytes: expect.any(Number) });
    expect(trace.storage!.reads).toBeGreaterThan(0);
    const before = place.front.requests.length;
    expect((await index.search({ text: 'passage', topK: 2 })).hits).toHaveLength(2);
    expect(place.front.requests).toHaveLength(before);
    await index.close();
  });

  it('reports an index that was deleted in the vector bucket', async () => {
    const index = await engine.open({ collection: 'test', index: `${KIND}@${versions[1]}` });
    const name = `srag-test-${versions[1]!.toLowerCase()}`;
    await fetch(`${place.front.url}/DeleteIndex`, {
      method: 'POST',
      body: JSON.stringify({ vectorBucketName: VECTOR_BUCKET, indexName: name }),
    });
    await expect(index.search(QUERY)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      message: expect.stringContaining(name),
      remedy: expect.stringContaining('srag index build'),
    });
    await index.close();
  });
});

describe('a vector bucket', () => {
  it('is described with the number of its indexes', async () => {
    const { check } = await indexBackend(KIND);
    expect(await check!(place.serversOf())).toMatch(
      /^vector bucket srag-test-vectors in us-east-1; indexes named srag-\*: \d+$/,
    );
    await expect(check!(place.serversOf({ bucket: 'nobody-has-this' }))).rejects.toMatchObject({
      code: 'BUCKET_MISSING',
    });
  });

  it('that is missing fails a build before any work, and nothing is left behind', async () => {
    const corpus = await place.corpus(testSettings(DIMENSIONS, 'homeless'));
    await corpus.write([testDocument('d', { dimensions: DIMENSIONS })], { replaces: false });
    const build = place.catalogue('homeless', { bucket: 'nobody-has-this' }).build(corpus, { kind: KIND });
    await expect(build).rejects.toMatchObject({
      code: 'BUCKET_MISSING',
      remedy: expect.stringContaining('aws s3vectors create-vector-bucket'),
    });
    await corpus.close();
    const keys: string[] = [];
    for await (const { key } of place.storage.list('homeless/indexes/')) keys.push(key);
    expect(keys).toEqual([]);
  });

  it('keeps no index of a build that failed, of a deleted version or of a deleted collection', async () => {
    const corpus = await place.corpus(testSettings(DIMENSIONS, 'short-lived'));
    const catalogue = place.catalogue('short-lived');
    await corpus.write([testDocument('d', { dimensions: DIMENSIONS })], { replaces: false });
    const build = () => catalogue.build(corpus, { kind: KIND });
    const [first, second] = [await build(), await build()];
    await catalogue.publish(second.version);
    const tags = Array.from({ length: 400 }, (_, number) => `tag${number}`);
    await corpus.write([testDocument('large', { dimensions: DIMENSIONS, metadata: { tags } })], {
      replaces: false,
    });
    await expect(build()).rejects.toMatchObject({ code: 'UNSUPPORTED', message: /large-first-0/ });
    const ours = async () => (await indexesInBucket()).filter((name) => name.includes('short-lived'));
    expect((await ours()).sort()).toEqual(
      [first, second].map(({ version }) => `srag-short-lived-${version.toLowerCase()}`).sort(),
    );
    const elsewhere = place.catalogue('short-lived', { bucket: 'another-bucket' });
    await expect(elsewhere.collectGarbage(1)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await catalogue.deleteFromServers();
    expect(await ours()).toEqual([]);
    await corpus.close();
  });
});
