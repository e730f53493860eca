import createClient, { type Middleware } from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/http/routes.ts';
import type { paths } from '../support/api-types.ts';
import { handbookProject } from '../support/handbook.ts';
import { ApiContract } from '../support/openapi.ts';
import { type ServedProject, serve } from '../support/served.ts';
import { sseErrors, sseEvents } from '../support/sse.ts';

const question = 'How many days of annual leave are there?';

/**
 * Tests the API as callers use it: with types that openapi-typescript generates from the document, and with
 * requests by openapi-fetch. `npm run check` finds type mismatches of requests and replies; this test finds
 * mismatches at run time.
 */
describe.each([
  ['in functions', []],
  ['in one process', ['--in-process']],
])('a generated client of srag serve, %s', (_name, words) => {
  let served: ServedProject;
  const contract = new ApiContract();
  const asked: string[] = [];
  const wrong: string[] = [];
  const check: Middleware = {
    async onResponse({ request, response }) {
      const path = new URL(request.url).pathname;
      const type = response.headers.get('content-type') ?? '';
      const body = await response.clone().text();
      asked.push(`${request.method.toLowerCase()} ${path}`);
      wrong.push(...contract.responseErrors(request.method, path, { status: response.status, type, body }));
      if (type.startsWith('text/event-stream')) wrong.push(...sseErrors(contract, body));
    },
  };
  let client: ReturnType<typeof createClient<paths>>;

  beforeAll(async () => {
    const fields = ['--field', 'year:number', '--field', 'team:string'];
    const project = await handbookProject('--embedder', 'hashing', ...fields);
    served = await serve(project, ['--embedder', 'hashing', ...words]);
    client = createClient<paths>({ baseUrl: served.url });
    client.use(check);
  });
  afterAll(async () => {
    expect(await served?.close()).toBe(0);
  });

  it('answers a question', async () => {
    const { data, error } = await client.POST('/query', { body: { question, topK: 3 } });
    expect(error).toBeUndefined();
    expect(data?.answer).toContain('twenty-five days');
    expect(data?.chunks.length).toBeGreaterThan(0);
    const [citation] = data?.citations ?? [];
    expect(data?.chunks.map(({ id }) => id)).toContain(citation?.chunkId);
    expect(data?.cost.lines.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(
      data?.cost.totalUsd ?? -1,
      12,
    );
  });

  it('streams an answer', async () => {
    const { data } = await client.POST('/query/stream', { body: { question }, parseAs: 'text' });
    const events = sseEvents(data ?? '');
    const done = JSON.parse(events.at(-1)?.data ?? '{}') as { answer?: string };
    expect(events.at(0)?.event).toBe('hits');
    expect(
      events
        .filter(({ event }) => event === 'token')
        .map(({ data }) => (JSON.parse(data) as { text: string }).text)
        .join(''),
    ).toBe(done.answer);
  });

  it('retrieves the same hits by GET with URL parameters and by POST with a body', async () => {
    const byUrl = await client.GET('/retrieve', {
      params: { query: { q: question, topK: 2, mode: 'vector' } },
    });
    const byBody = await client.POST('/retrieve', { body: { question, topK: 2, mode: 'vector' } });
    expect(byUrl.data?.hits).toHaveLength(2);
    expect(byUrl.data?.hits).toEqual(byBody.data?.hits);
  });

  it('filters by URL and by body', async () => {
    const filter = { field: 'team', op: 'eq', value: 'people' } as const;
    const byUrl = await client.GET('/retrieve', {
      params: { query: { q: question, filter: JSON.stringify(filter) } },
    });
    const byBody = await client.POST('/retrieve', { body: { question, filter } });
    expect(byBody.data?.hits.length).toBeGreaterThan(0);
    expect(byUrl.data?.hits).toEqual(byBody.data?.hits);
    for (const { metadata } of byBody.data?.hits ?? []) expect(metadata.team).toBe('people');
  });

  it('returns mock hits by URL and by body', async () => {
    const byUrl = await client.GET('/retrieve-mock', { params: { query: { q: question, topK: 2 } } });
    const byBody = await client.POST('/retrieve-mock', { body: { question, topK: 2 } });
    expect(byUrl.data?.hits).toHaveLength(2);
    expect(byUrl.data?.hits).toEqual(byBody.data?.hits);
  });

  it('answers from given passages', async () => {
    const chunks = [{ id: 'a', documentId: 'rules', text: 'A bicycle costs forty euros a month.' }];
    const { data } = await client.POST('/generate', {
      body: { question: 'What does a bicycle cost?', chunks },
    });
    expect(data?.answer).toContain('forty euros');
    expect(data?.citations.map(({ chunkId }) => chunkId)).toEqual(['a']);
  });

  it('reports whether the documents contain an answer', async () => {
    const asked = async (text: string) => (await client.POST('/query', { body: { question: text } })).data;
    expect(await asked(question)).toMatchObject({ notFound: false });
    expect(await asked('zygomorphic xylophones?')).toMatchObject({ notFound: true, citations: [] });
    const chunks = [{ id: 'a', documentId: 'rules', text: 'A bicycle costs forty euros a month.' }];
    const { data } = await client.POST('/generate', {
      body: { question: 'zygomorphic xylophones?', chunks },
    });
    expect(data).toMatchObject({ notFound: true, citations: [] });
  });

  it('returns the health of the server and its OpenAPI document', async () => {
    const health = await client.GET('/health');
    expect(health.data?.status).toBe('ok');
    const { data } = await client.GET('/openapi.json');
    expect(data).toEqual(JSON.parse(JSON.stringify(contract.document)));
  });

  it('returns error responses of the generated type', async () => {
    const { error, response } = await client.POST('/retrieve', { body: { question, collection: 'nowhere' } });
    expect(response.status).toBe(404);
    expect(error).toMatchObject({ status: 404, code: 'UNKNOWN_COLLECTION' });
    expect(error?.remedy).toBeTruthy();
    // @ts-expect-error: a number is not a question.
    const bad = await client.POST('/query', { body: { question: 7 } });
    expect(bad.error?.errors?.map(({ path }) => path)).toEqual(['question']);
  });

  it('has called every route in the tests above, and every response matched the OpenAPI document', () => {
    expect([...new Set(asked)].sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    expect(wrong).toEqual([]);
  });
});
