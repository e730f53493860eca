import { describe, expect, it } from 'vitest';
import { openQueryCache } from '../../../../src/api/query-cache/index.ts';
import type { QueryRequest, RagServiceParts } from '../../../../src/api/service/index.ts';
import { DEFAULT_SWITCHES } from '../../../../src/api/switches/index.ts';
import { testService } from '../../../support/api.ts';

const request: QueryRequest = { question: 'Which passage speaks of the river?' };
const context = { requestId: 'r' };
const DEFAULTS: RagServiceParts['defaults'] = {
  collection: 'test',
  mode: 'lexical',
  answerTopK: 5,
  answer: { maxContextTokens: 400, maxOutputTokens: 200, compress: false },
};
const withAnswer = (answer: Partial<RagServiceParts['defaults']['answer']>) => ({
  ...DEFAULTS,
  answer: { ...DEFAULTS.answer, ...answer },
});

describe('answers from the query cache', () => {
  it.each<[string, Partial<RagServiceParts>, Partial<QueryRequest>]>([
    ['another limit of its passages', { defaults: withAnswer({ maxContextTokens: 300 }) }, {}],
    ['another limit of its length', { defaults: withAnswer({ maxOutputTokens: 100 }) }, {}],
    ['compressed passages', { defaults: withAnswer({ compress: true }) }, {}],
    ['compression switched on', { switches: async () => ({ ...DEFAULT_SWITCHES, compression: true }) }, {}],
    ['another default mode', { defaults: { ...DEFAULTS, mode: 'vector' } }, {}],
    ['another mode', {}, { mode: 'vector' }],
    ['a larger default of passages', { defaults: { ...DEFAULTS, answerTopK: 6 } }, {}],
    ['more passages', {}, { topK: 6 }],
    ['a filter', {}, { filter: { field: 'kind', op: 'eq', value: 'note' } }],
  ])('are not returned to a request with %s', async (_, parts, more) => {
    const cache = await openQueryCache('memory');
    const { service } = await testService({ cache, defaults: DEFAULTS });
    const { service: other } = await testService({ cache, defaults: DEFAULTS, ...parts });
    // Both services search the same index version and share the cache.
    const cached = async (of: typeof service, asked: QueryRequest) =>
      (await of.query(asked, context)).trace.cached;
    expect(await cached(service, request)).toBe(false);
    expect(await cached(service, request)).toBe(true);
    expect(await cached(other, { ...request, ...more })).toBe(false);
    expect(await cached(other, { ...request, ...more })).toBe(true);
  });

  it('equal the original answers, with their index version', async () => {
    const { service } = await testService({ cache: await openQueryCache('memory'), defaults: DEFAULTS });
    const first = await service.query(request, context);
    const { answer, citations, chunks, notFound, usage, trace } = await service.query(request, context);
    expect({ answer, citations, chunks, notFound, usage }).toEqual({
      answer: first.answer,
      citations: first.citations,
      chunks: first.chunks,
      notFound: first.notFound,
      usage: first.usage,
    });
    expect(trace.index).toEqual(first.trace.index);
    expect(trace.index).toMatchObject({ kind: 'snapshot', version: 'v1' });
  });

  it('are not looked up while the switch is off', async () => {
    const switches = async () => ({ ...DEFAULT_SWITCHES, queryCache: false });
    const { service } = await testService({ cache: await openQueryCache('memory'), switches });
    for (const _ of [1, 2]) {
      const { trace, cost } = await service.query(request, context);
      expect(trace.cached).toBe(false);
      expect(cost.lines.some(({ name }) => name.startsWith('cache'))).toBe(false);
    }
  });
});

describe('storage use of a request', () => {
  it.each(['none', 'memory'])(
    'counts opening the index once, in the request that waited for it (cache %s)',
    async (cache) => {
      const { service, storage, records } = await testService({
        cache: await openQueryCache(cache),
        defaults: DEFAULTS,
      });
      for (const question of ['the river', 'the bridge', 'the harvest']) {
        storage.reads.length = 0;
        const { trace } = await service.query({ question }, context);
        expect(trace.storage?.reads).toBe(storage.reads.length);
        expect(records.at(-1)?.use.storage?.reads).toBe(storage.reads.length);
      }
    },
  );

  it("includes the reads of the passages' texts by the state machine's second step", async () => {
    const { service, storage } = await testService({ defaults: DEFAULTS });
    const { hits, trace } = await service.retrieve(request, context);
    storage.reads.length = 0;
    const index = trace.index!;
    const reply = await service.generateFrom({ question: request.question, index, hits }, context);
    expect(reply.trace.storage?.reads).toBe(storage.reads.length);
    expect(reply.trace.index).toEqual(index);
    expect(reply.chunks.map(({ id }) => id)).toEqual(hits.map(({ id }) => id));
  });
});
