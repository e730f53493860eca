import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter, Hit, SearchQuery } from '../../src/core/index.ts';
import type { CorpusStore } from '../../src/corpus/index.ts';
import { type IndexManifest, type Searcher, validateIndex } from '../../src/indexes/index.ts';
import { testDocument, testSettings, testVector } from '../support/chunks.ts';
import { type FaultyServer, startFaultyServer, wrongAnswers } from './faulty-server.ts';
import { type S3VectorsPlace, s3VectorsPlace, VECTOR_BUCKET } from './s3-vectors-place.ts';

const KIND = 's3-vectors';
const DIMENSIONS = 32;
const ROWS = 400;
/** Number of queries; in `npm run soak`, it is the number for which the guarantee is stated. */
const IS_SOAK = process.env.SRAG_SOAK === '1';
const QUERIES = IS_SOAK ? 5_000 : 30;
/** Few queries meet every fault only if they are frequent. */
const FAULT_SHARE = IS_SOAK ? 0.05 : 0.125;
const FAULTS = ['429', '503', 'reset', 'silence', 'cut off'] as const;
const SOAK_MS = 3_600_000;

const questionOf = (number: number): SearchQuery => ({
  vector: testVector(DIMENSIONS, number % 500),
  topK: 10,
  ...(number % 4 === 3 ? { text: `passage d${number % 700}` } : {}),
});

const isSame = (left: readonly Hit[], right: readonly Hit[]): boolean =>
  left.length === right.length &&
  left.every(({ id, score }, rank) => id === right[rank]!.id && score === right[rank]!.score);

describe('vectors in S3 Vectors', () => {
  let place: S3VectorsPlace;
  let corpus: CorpusStore;
  let proxy: FaultyServer;
  let manifest: IndexManifest;
  let direct: Searcher;

  beforeAll(async () => {
    place = await s3VectorsPlace();
    proxy = await startFaultyServer(place.front.url, FAULT_SHARE, FAULTS);
    corpus = await place.corpus(testSettings(DIMENSIONS));
    const documents = Array.from({ length: ROWS }, (_, row) =>
      testDocument(`d${row}`, { chunks: 1, dimensions: DIMENSIONS, metadata: { year: row } }),
    );
    await corpus.write(documents, { replaces: false });
    manifest = await place.catalogue('test').build(corpus, { kind: KIND });
    direct = await place.catalogue('test').open(manifest);
  });
  afterAll(async () => {
    await direct?.close();
    await corpus?.close();
    await proxy?.stop();
    await place?.remove();
  });

  it('are described with their index and size', async () => {
    expect(await direct.describe()).toMatchObject({
      rows: ROWS,
      bucket: VECTOR_BUCKET,
      index: `srag-test-${manifest.version.toLowerCase()}`,
      vectorBytes: ROWS * DIMENSIONS * 4,
    });
  });

  it('are found by their filter if 50, 10, 1 or .25 percent of the rows match', async () => {
    const recalls: Record<string, number> = {};
    for (const rows of [200, 40, 4, 1]) {
      const filter: Filter = { field: 'year', op: 'lt', value: rows };
      const options = { queries: 5, topK: 10, minRecall: 0.95, filter };
      recalls[rows] = (await validateIndex(corpus, direct, options)).recall;
    }
    expect(recalls).toEqual({ 200: 1, 40: 1, 4: 1, 1: 1 });
  });

  it('are found with the same scores as in an exact index, also fused with a search by text', async () => {
    const catalogue = place.catalogue('test');
    const exact = await catalogue.open(await catalogue.build(corpus, { kind: 'lancedb-flat' }));
    for (let number = 0; number < 16; number++) {
      // The other kind re-scores more hits of a search by text.
      const question = { ...questionOf(number), rescore: false };
      const [expected, actual] = await Promise.all([exact.search(question), direct.search(question)]);
      expect(actual.hits.map(({ id }) => id)).toEqual(expected.hits.map(({ id }) => id));
      for (const [rank, { score }] of actual.hits.entries())
        expect(score).toBeCloseTo(expected.hits[rank]!.score, 5);
    }
    await exact.close();
  });

  it(
    'are stored and found completely although requests fail',
    async () => {
      const throughFaults = place.catalogue('test', { endpoint: proxy.url, timeoutMs: 600, attempts: 10 });
      const built = await throughFaults.build(corpus, { kind: KIND });
      expect(built.build.sizeBytes).toBe(manifest.build.sizeBytes);
      const faulty = await throughFaults.open(manifest);
      const questions = Array.from({ length: QUERIES }, (_, number) => questionOf(number));
      const wrong = await wrongAnswers(faulty, direct, questions, isSame);
      await faulty.close();
      expect(wrong.length / QUERIES, wrong.join('\n')).toBeLessThanOrEqual(0.001);
      // Each question needs at least one request, and each fault another one.
      expect(proxy.requests.length).toBeGreaterThan(QUERIES + FAULTS.length);
    },
    SOAK_MS,
  );
});
