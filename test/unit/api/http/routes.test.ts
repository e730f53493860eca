import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../../../src/api/http/routes.ts';
import { DIMENSIONS, posted, testApp, testService } from '../../../support/api.ts';
import { testVector } from '../../../support/chunks.ts';
import { ApiContract } from '../../../support/openapi.ts';

const contract = new ApiContract();
let app: ReturnType<typeof testApp>['app'];
let unexpected: unknown[];
beforeAll(async () => {
  const { service } = await testService();
  ({ app, unexpected } = testApp(service));
});

const question = 'Which passage speaks of item1 and the river bridge?';
const chunks = [
  { id: 'a', documentId: 'one', text: 'The bridge over the river was built in 1901.', metadata: { year: 1 } },
  { id: 'b', documentId: 'two', text: 'Markets open on Monday.' },
];
const filter = { field: 'kind', op: 'eq', value: 'note' };
const query = new URLSearchParams({ q: question, topK: '3', filter: JSON.stringify(filter) });

const GOOD = [
  ['POST', '/query', { question }],
  [
    'POST',
    '/query',
    { question, topK: 50, mode: 'hybrid', index: 'snapshot@v1', filter, collection: 'test' },
  ],
  ['POST', '/query/stream', { question, topK: 2 }],
  ['GET', `/retrieve?${query}`, undefined],
  ['POST', '/retrieve', { question, topK: 1_000, mode: 'lexical' }],
  ['POST', '/retrieve', { vector: [...testVector(DIMENSIONS, 3)], mode: 'vector' }],
  ['POST', '/retrieve', { question, vector: [...testVector(DIMENSIONS, 3)] }],
  ['GET', '/retrieve-mock?q=anything', undefined],
  ['POST', '/retrieve-mock', { question, topK: 1_000 }],
  ['POST', '/generate', { question, chunks }],
  ['GET', '/health', undefined],
  ['GET', '/openapi.json', undefined],
] as const;

describe('every route', () => {
  it.each(GOOD)('%s %s returns the documented response', async (method, url, body) => {
    const response = await app.request(url, body === undefined ? { method } : posted(body));
    const path = url.split('?', 1)[0]!;
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    expect(response.status, text).toBe(200);
    expect(contract.responseErrors(method, path, { status: 200, type, body: text })).toEqual([]);
    expect(response.headers.get('x-request-id')).toMatch(/^request-\d+$/);
    expect(unexpected).toEqual([]);
    // The Zod schema of the route agrees with the document.
    const { reply } = ROUTES.find((route) => route.path === path && route.method === method.toLowerCase())!;
    if (typeof reply !== 'string') reply.parse(JSON.parse(text));
  });

  it('is covered by at least one request of this test', () => {
    const tried = new Set(GOOD.map(([method, url]) => `${method} ${url.split('?', 1)[0]}`));
    expect(tried).toEqual(new Set(ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`)));
  });
});

describe('answers', () => {
  it('contain the requested number of hits, best first', async () => {
    const response = await app.request('/retrieve', posted({ question: 'd7 item1', topK: 4 }));
    const { hits, trace, requestId } = (await response.json()) as {
      hits: { id: string; score: number; documentId: string }[];
      trace: { index: object; storage: { reads: number } };
      requestId: string;
    };
    expect(hits).toHaveLength(4);
    expect(hits[0]!.documentId).toBe('d7');
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
    expect(trace.index).toEqual({ kind: 'snapshot', version: 'v1' });
    expect(requestId).toBe(response.headers.get('x-request-id'));
  });

  it('cite the passages that they use', async () => {
    const response = await app.request(
      '/generate',
      posted({ question: 'When was the bridge built?', chunks }),
    );
    const reply = (await response.json()) as Record<string, unknown>;
    expect(reply).toMatchObject({
      answer: 'The bridge over the river was built in 1901. [1]',
      citations: [
        { marker: 1, chunkId: 'a', documentId: 'one', quote: 'The bridge over the river was built in 1901.' },
      ],
      chunks: [
        { id: 'a', metadata: { year: 1 } },
        { id: 'b', title: '', metadata: {} },
      ],
      usage: { estimated: false },
    });
    expect(reply).not.toHaveProperty('trace.index');
  });

  it('respect a filter', async () => {
    const response = await app.request(`/retrieve?${query}`);
    const { hits } = (await response.json()) as { hits: { metadata: { kind: string } }[] };
    expect(hits.map(({ metadata }) => metadata.kind)).toEqual(['note', 'note', 'note']);
  });

  it('pass on an upstream Retry-After only for temporary failures', async () => {
    const response = await app.request('/health');
    expect(response.headers.get('retry-after')).toBeNull();
  });
});
