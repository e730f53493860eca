import { describe, expect, it } from 'vitest';
import { estimateCost, loadPrices } from '../../../../src/api/cost/index.ts';
import { openQueryCache } from '../../../../src/api/query-cache/index.ts';
import type { QueryRequest } from '../../../../src/api/service/index.ts';
import { DEFAULT_SWITCHES, type SwitchValues } from '../../../../src/api/switches/index.ts';
import { BaselineService } from '../../../../src/cloud/functions/baseline-service.ts';
import type { FunctionSettings } from '../../../../src/cloud/functions/environment.ts';

const request: QueryRequest = { question: 'Which passage speaks of the river?' };
const context = { requestId: 'r' };
const INDEX = { kind: 'snapshot', version: 'v1' };
const STEP = { trace: { coldStart: false, stages: {}, totalMs: 5, index: INDEX, memoryBytes: 1 }, use: {} };
const CONTENT = {
  answer: 'This one.',
  citations: [],
  notFound: false,
  confidence: 0.8,
  chunks: [],
  usage: { inputTokens: 1, outputTokens: 2, estimated: true },
};
const SETTINGS = {
  SRAG_COLLECTION: 'test',
  SRAG_COLLECTIONS: [] as readonly string[],
  SRAG_MODE: 'auto',
  SRAG_ANSWER: { topK: 5, maxContextTokens: 400, maxOutputTokens: 200, compress: false },
  SRAG_EMBEDDER_SETTINGS: {},
  SRAG_RERANKER: 'none',
  SRAG_RERANKER_SETTINGS: {},
  SRAG_GENERATOR: 'extractive',
  SRAG_GENERATOR_SETTINGS: {},
} as unknown as FunctionSettings;

const prices = await loadPrices('us-east-1');

/** Returns `serve`, which creates services of one deployment; all share a cache and an execution count. */
async function deployment() {
  const cache = await openQueryCache('memory');
  const state = { executions: 0, published: INDEX };
  const serve = (settings: Partial<FunctionSettings> = {}, switches: Partial<SwitchValues> = {}) =>
    new BaselineService(
      { ...SETTINGS, ...settings },
      {
        host: { functionName: 'baseline', memoryMb: 512, architecture: 'arm64', gateway: 'rest' },
        switches: async () => ({ ...DEFAULT_SWITCHES, ...switches }),
        costOf: (use) => estimateCost(use, prices),
        record: () => {},
      },
      {
        cache,
        arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:test',
        versions: { of: async () => state.published },
        states: {
          call: async () => {
            state.executions += 1;
            const index = state.published;
            const step = { ...STEP, trace: { ...STEP.trace, index } };
            const result = { retrieved: step, generated: { ...CONTENT, ...step } };
            return { status: 'SUCCEEDED', output: JSON.stringify({ result }) };
          },
        },
      },
    );
  return { state, serve };
}

const withAnswer = (answer: Partial<FunctionSettings['SRAG_ANSWER']>) => ({
  SRAG_ANSWER: { ...SETTINGS.SRAG_ANSWER, ...answer },
});

describe('answers from the query cache', () => {
  it.each<[string, Partial<FunctionSettings>, Partial<QueryRequest>, Partial<SwitchValues>?]>([
    ['another limit of its passages', withAnswer({ maxContextTokens: 300 }), {}],
    ['another limit of its length', withAnswer({ maxOutputTokens: 100 }), {}],
    ['compressed passages', withAnswer({ compress: true }), {}],
    ['another language', withAnswer({ language: 'ko' }), {}],
    ['another system prompt', withAnswer({ systemPrompt: 'You are a pirate.' }), {}],
    ['compression switched on', {}, {}, { compression: true }],
    ['another default mode', { SRAG_MODE: 'vector' }, {}],
    ['another mode', {}, { mode: 'vector' }],
    ['a larger default of passages', withAnswer({ topK: 6 }), {}],
    ['more passages', {}, { topK: 6 }],
    ['earlier turns', {}, { history: [{ question: 'Which rivers?', answer: 'The Han.' }] }],
    ['questions rewritten by a model', withAnswer({ rewrite: 'model' }), {}],
    ['a filter', {}, { filter: { field: 'kind', op: 'eq', value: 'note' } }],
    ['another reranker', { SRAG_RERANKER: 'transformers' }, {}],
    ['another generator', { SRAG_GENERATOR: 'bedrock' }, {}],
    ['other settings of the generator', { SRAG_GENERATOR_SETTINGS: { model: 'm' } }, {}],
    ['another embedder', { SRAG_EMBEDDER: 'hashing' }, {}],
  ])('are not returned to a request with %s', async (_, settings, more, switches) => {
    const { serve } = await deployment();
    const [service, other] = [serve(), serve(settings, switches)];
    const cached = async (of: BaselineService, asked: QueryRequest) =>
      (await of.query(asked, context)).trace.cached;
    expect(await cached(service, request)).toBe(false);
    expect(await cached(service, request)).toBe(true);
    expect(await cached(other, { ...request, ...more })).toBe(false);
    expect(await cached(other, { ...request, ...more })).toBe(true);
  });

  it('equal the original answers and report the same index version, but start no execution', async () => {
    const { serve, state } = await deployment();
    const service = serve();
    const { answer, citations, notFound, chunks, usage, trace } = await service.query(request, context);
    const again = await service.query(request, context);
    expect(again).toMatchObject({ answer, citations, notFound, chunks, usage });
    expect(again.trace).toMatchObject({ cached: true, index: INDEX });
    expect(state.executions).toBe(1);
    expect(trace.cached).toBe(false);
  });

  it('are not returned after another version was published', async () => {
    const { serve, state } = await deployment();
    const service = serve();
    await service.query(request, context);
    state.published = { kind: 'snapshot', version: 'v2' };
    const { trace } = await service.query(request, context);
    expect(trace).toMatchObject({ cached: false, index: state.published });
  });

  it('are not looked up while the switch is off', async () => {
    const { serve, state } = await deployment();
    const service = serve({}, { queryCache: false });
    for (const _ of [1, 2]) {
      const { trace, cost } = await service.query(request, context);
      expect(trace.cached).toBe(false);
      expect(cost.lines.some(({ name }) => name.startsWith('cache'))).toBe(false);
    }
    expect(state.executions).toBe(2);
  });
});
