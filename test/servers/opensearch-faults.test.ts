import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit, SearchQuery } from '../../src/core/index.ts';
import { testSettings, testVector } from '../support/chunks.ts';
import { snapshotDocuments } from '../support/snapshot.ts';
import { type FaultyServer, startFaultyServer, wrongAnswers } from './faulty-server.ts';
import { OPENSEARCH_KINDS, type OpenSearchPlace, openSearchPlace } from './opensearch-place.ts';

const DIMENSIONS = 32;
/** Number of queries of each kind; in `npm run soak`, it is the number for which the guarantee is stated. */
const QUERIES = process.env.SRAG_SOAK === '1' ? 5_000 : 200;
const FAULT_SHARE = 0.05;
const FAULTS = ['429', '503', 'reset', 'silence'] as const;
const ERROR = '{"error": {"type": "some_exception"}}';
const SOAK_MS = 3_600_000;

const questionOf = (number: number): SearchQuery => ({
  vector: testVector(DIMENSIONS, number % 500),
  topK: 10,
  ...(number % 4 === 3 ? { text: `bridge river d${number % 700}` } : {}),
});

/** Compares hits, but not the last digits of scores, which change once the server has compiled its code. */
const isSame = (left: readonly Hit[], right: readonly Hit[]): boolean =>
  left.length === right.length &&
  left.every(({ id, score }, rank) => id === right[rank]!.id && Math.abs(score - right[rank]!.score) < 1e-5);

describe('OpenSearch with one failing request in 20', () => {
  let place: OpenSearchPlace;
  let proxy: FaultyServer;

  beforeAll(async () => {
    place = await openSearchPlace();
    proxy = await startFaultyServer(place.server.endpoint, FAULT_SHARE, FAULTS, ERROR);
  });
  afterAll(async () => {
    await proxy?.stop();
    await place?.remove();
  });

  it.each(OPENSEARCH_KINDS)(
    'builds %s and answers every question correctly',
    async (kind) => {
      const corpus = await place.corpus(testSettings(DIMENSIONS, kind));
      await corpus.write(snapshotDocuments({ documents: 1_000, dimensions: DIMENSIONS }), {
        replaces: false,
      });
      const throughFaults = place.catalogue(kind, { url: proxy.url, timeoutMs: 300, attempts: 6 });
      const manifest = await throughFaults.build(corpus, { kind });
      const faulty = await throughFaults.open(manifest);
      const direct = await place.catalogue(kind).open(manifest);
      const questions = Array.from({ length: QUERIES }, (_, number) => questionOf(number));
      const wrong = await wrongAnswers(faulty, direct, questions, isSame);
      await faulty.close();
      await direct.close();
      await corpus.close();
      expect(wrong.length / QUERIES, wrong.join('\n')).toBeLessThanOrEqual(0.001);
      expect(new Set(proxy.faults.keys())).toEqual(new Set(FAULTS));
    },
    SOAK_MS,
  );
});
