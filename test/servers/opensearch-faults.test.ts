import { request as forward } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit, SearchQuery } from '../../src/core/index.ts';
import type { Searcher } from '../../src/indexes/index.ts';
import { testSettings, testVector } from '../support/chunks.ts';
import { type LocalServer, startHttpServer } from '../support/http-server.ts';
import { seeded } from '../support/seeded.ts';
import { snapshotDocuments } from '../support/snapshot.ts';
import { OPENSEARCH_KINDS, type OpenSearchPlace, openSearchPlace } from './opensearch-place.ts';

const DIMENSIONS = 32;
/** Number of queries of each kind; in `npm run soak`, it is the number for which the guarantee is stated. */
const QUERIES = process.env.SRAG_SOAK === '1' ? 5_000 : 200;
const FAULT_SHARE = 0.05;
const AT_ONCE = 4;
const FAULTS = ['429', '503', 'reset', 'silence'] as const;
const SOAK_MS = 3_600_000;

/** Forwards requests to the server, but fails a share of them. */
function startFaultyProxy(target: string, faults: Map<string, number>): Promise<LocalServer> {
  const random = seeded(20261130);
  const { hostname, port } = new URL(target);
  return startHttpServer(({ method, rawPath, headers, bytes }, response) => {
    const fault = random() < FAULT_SHARE ? FAULTS[Math.floor(random() * FAULTS.length)]! : undefined;
    if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (fault === 'silence') return;
    if (fault === 'reset') return void response.destroy();
    if (fault !== undefined)
      return void response.writeHead(Number(fault)).end('{"error": {"type": "some_exception"}}');
    const passed = forward({ hostname, port, method, path: rawPath, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(bytes);
  });
}

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
  let proxy: LocalServer;
  const faults = new Map<string, number>();

  beforeAll(async () => {
    place = await openSearchPlace();
    proxy = await startFaultyProxy(place.server.endpoint, faults);
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
      const wrong: string[] = [];
      const hitsOf = async (searcher: Searcher, number: number) =>
        (await searcher.search(questionOf(number))).hits;
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < QUERIES) {
          const number = next++;
          const answer = await hitsOf(faulty, number).catch(String);
          if (typeof answer === 'string' || !isSame(answer, await hitsOf(direct, number)))
            wrong.push(`${number}: ${JSON.stringify(answer)}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      await faulty.close();
      await direct.close();
      await corpus.close();
      expect(wrong.length / QUERIES, wrong.join('\n')).toBeLessThanOrEqual(0.001);
      expect(new Set(faults.keys())).toEqual(new Set(FAULTS));
    },
    SOAK_MS,
  );
});
