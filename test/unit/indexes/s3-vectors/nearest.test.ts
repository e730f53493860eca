import { afterEach, describe, expect, it } from 'vitest';
import { S3VectorsClient } from '../../../../src/indexes/s3-vectors/client.ts';
import { nearestRows } from '../../../../src/indexes/s3-vectors/nearest.ts';
import { s3VectorsSettings } from '../../../../src/indexes/s3-vectors/settings.ts';
import { testSettings } from '../../../support/chunks.ts';
import { type LocalServer, startHttpServer } from '../../../support/http-server.ts';
import { TEST_CREDENTIALS } from '../../../support/signature.ts';

const ROWS = 1_000;
const PAGE = 100;
const VECTOR = Float32Array.of(1, 0.25);

let server: LocalServer;
let client: S3VectorsClient;
afterEach(async () => {
  client?.close();
  await server?.stop();
});

/** Creates the search of an index for which the service gives these answers, by request. */
async function searchOf(answer: (request: Record<string, unknown>) => object, status = 200) {
  server = await startHttpServer(({ body }, response) => {
    response.writeHead(status).end(JSON.stringify(answer(JSON.parse(body))));
  });
  const settings = { 's3-vectors': { bucket: 'my-vectors', endpoint: server.url, attempts: 1 } };
  client = new S3VectorsClient(
    s3VectorsSettings({ settings, aws: { region: 'eu-west-1', credentials: TEST_CREDENTIALS } }),
  );
  const nearest = nearestRows(client, 'srag-docs-v1', {
    collection: testSettings(2),
    chunks: ROWS,
    version: 'v1',
  });
  return (depth: number, filter?: Parameters<typeof nearest.search>[0]['filter']) =>
    nearest.search({ vector: VECTOR, depth, filter, signal: undefined });
}

/** Answers as an index whose row `n` has the distance `distanceOf(n)`, which must not decrease. */
const pagesOf = (distanceOf: (row: number) => number) => (request: Record<string, unknown>) => {
  const from = Number(request.nextToken ?? 0);
  const to = Math.min(from + PAGE, Number(request.topK), ROWS);
  const vectors = Array.from({ length: to - from }, (_, index) => ({
    key: String(from + index),
    distance: distanceOf(from + index),
  }));
  return { vectors, ...(to < Math.min(Number(request.topK), ROWS) && { nextToken: String(to) }) };
};
const sent = () => server.requests.map(({ body }) => JSON.parse(body));

describe('a search in an index of S3 Vectors', () => {
  it('reads all pages of the results', async () => {
    const search = await searchOf(pagesOf((row) => row / ROWS));
    const { rows, details } = await search(250);
    expect(rows).toHaveLength(250);
    expect(rows[249]).toEqual({ row: 249, score: 1 - 0.249 });
    expect(sent().map(({ nextToken }) => nextToken)).toEqual([undefined, '100', '200']);
    expect(details.s3VectorsRequests).toBe(3);
    expect(details.s3VectorsBytes).toBeGreaterThan(250 * 20);
  });

  it('sends no request for a single further result to break ties', async () => {
    const search = await searchOf(pagesOf((row) => row / ROWS));
    expect((await search(200)).rows).toHaveLength(200);
    expect(sent().map(({ topK }) => topK)).toEqual([200, 200]);
  });

  it('asks for distances only, and for the filter to be evaluated before the search', async () => {
    const search = await searchOf(pagesOf((row) => row / ROWS));
    await search(10, { field: 'open', op: 'eq', value: true });
    expect(sent()).toEqual([
      {
        vectorBucketName: 'my-vectors',
        indexName: 'srag-docs-v1',
        topK: 11,
        queryVector: { float32: [1, 0.25] },
        returnDistance: true,
        queryMode: 'ENHANCED',
        filter: { _open: { $eq: true } },
      },
    ]);
  });

  it('raises topK until all results that tie for the last place are included', async () => {
    const search = await searchOf(pagesOf((row) => (row < 150 ? 0.5 : 0.6)));
    const { rows } = await search(3);
    expect(rows.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(sent().map(({ topK }) => topK)).toEqual([4, 8, 16, 32, 64, 128, 128, 256, 256, 256]);
  });

  it('sends no request if no row can match the filter', async () => {
    const search = await searchOf(pagesOf((row) => row / ROWS));
    expect((await search(5, { or: [] })).rows).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it.each<[string, () => object]>([
    ['no list of vectors', () => ({ hits: [] })],
    ['keys that srag did not store', () => ({ vectors: [{ key: 'x', distance: 0.1 }] })],
    ['rows that the version does not have', () => ({ vectors: [{ key: String(ROWS), distance: 0.1 }] })],
    ['keys that are not written as numbers', () => ({ vectors: [{ key: '', distance: 0.1 }] })],
    ['keys that are numbers', () => ({ vectors: [{ key: 1, distance: 0.1 }] })],
    ['missing vectors', () => ({ vectors: [null] })],
    [
      'the same row on two pages',
      () => ({
        vectors: [
          { key: '1', distance: 0.1 },
          { key: '2', distance: 0.2 },
        ],
        nextToken: 'again',
      }),
    ],
    ['no distances', () => ({ vectors: [{ key: '1' }] })],
    ['pages without end', () => ({ vectors: [], nextToken: 'again' })],
  ])('fails if the answer has %s', async (_, answer) => {
    const search = await searchOf(answer);
    await expect(search(5)).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: expect.stringContaining('the answer has'),
    });
  });

  it('reports an index that was deleted', async () => {
    const answer = () => ({
      __type: 'NotFoundException',
      message: 'The specified index could not be found',
    });
    const search = await searchOf(answer, 404);
    await expect(search(5)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      remedy: expect.stringContaining('srag index build s3-vectors'),
    });
  });
});
