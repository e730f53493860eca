import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelArn } from '../../../../src/models/rerankers/bedrock/model-arn.ts';
import {
  createReranker,
  RERANKER_NAMES,
  rerankerSettingsSchema,
} from '../../../../src/models/rerankers/index.ts';
import { relevanceOf } from '../../../../src/models/rerankers/transformers/index.ts';
import { HITS, hit } from '../../../conformance/rerankers/suite.ts';
import { type BedrockServer, bedrockSettings, startBedrockServer } from '../../../support/bedrock-server.ts';

const question = 'Which port does the server listen on?';
const idsOf = (hits: readonly { id: string }[]): string[] => hits.map(({ id }) => id);

describe('the registry of rerankers', () => {
  it('rejects unknown names, and unknown settings of each reranker', async () => {
    await expect(createReranker('mmmr')).rejects.toMatchObject({ code: 'UNKNOWN_RERANKER' });
    for (const name of RERANKER_NAMES) {
      await expect(createReranker(name, { lamda: 1 })).rejects.toMatchObject({ code: 'UNKNOWN_CONFIG_KEY' });
      expect(await rerankerSettingsSchema(name)).toBeDefined();
    }
  });
});

describe('mmr', () => {
  it('keeps the order of relevance at lambda 1', async () => {
    const mmr = await createReranker('mmr', { lambda: 1 });
    expect(idsOf(await mmr.rerank({ question, hits: HITS, topK: 5 }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('ranks a duplicate hit below a novel one', async () => {
    const mmr = await createReranker('mmr', { lambda: 0.5 });
    const order = idsOf(await mmr.rerank({ question, hits: HITS, topK: 5 }));
    expect(order.slice(0, 2)).toEqual(['a', 'b']);
    expect(order.indexOf('c')).toBeGreaterThan(order.indexOf('d'));
  });

  it('returns each hit once, with scores that never increase, in an order that does not depend on topK', async () => {
    const text = fc.string({ unit: fc.constantFrom('port ', 'server ', 'cache ', '포트', ' ') });
    const given = fc
      .array(fc.tuple(text, fc.double({ min: -5, max: 5, noNaN: true })), { maxLength: 12 })
      .map((rows) => rows.map(([words, score], index) => hit(`h${index}`, words, score)));
    await fc.assert(
      fc.asyncProperty(given, fc.double({ min: 0, max: 1, noNaN: true }), async (hits, lambda) => {
        const mmr = await createReranker('mmr', { lambda });
        const all = await mmr.rerank({ question, hits, topK: 50 });
        expect(idsOf(all).sort()).toEqual(idsOf(hits).sort());
        for (let index = 1; index < all.length; index++) {
          expect(all[index]!.score).toBeLessThanOrEqual(all[index - 1]!.score + 1e-12);
        }
        expect(idsOf(await mmr.rerank({ question, hits, topK: 3 }))).toEqual(idsOf(all).slice(0, 3));
      }),
    );
  });

  it('breaks ties by id', async () => {
    const hits = [hit('z', 'one', 1), hit('b', 'two', 1), hit('m', 'three', 1)];
    const order = await (await createReranker('mmr')).rerank({ question, hits, topK: 3 });
    expect(idsOf(order)).toEqual(['b', 'm', 'z']);
  });
});

describe('the Bedrock reranker', () => {
  let server: BedrockServer;
  beforeAll(async () => {
    server = await startBedrockServer();
  });
  beforeEach(() => {
    server.faults.splice(0);
    server.requests.splice(0);
  });
  afterAll(() => server.stop());
  const open = (settings: object = {}) =>
    createReranker('bedrock', { ...bedrockSettings(server), ...settings });

  it('sends the question, texts and model ARN, and orders by the returned scores, with ties ordered by id', async () => {
    const hits = await (await open({ model: 'amazon.rerank-v1:0' })).rerank({
      question,
      hits: HITS,
      topK: 2,
    });
    expect(idsOf(hits)).toEqual(['b', 'c']);
    const body = JSON.parse(server.requests[0]!.body);
    expect(body.queries).toEqual([{ type: 'TEXT', textQuery: { text: question } }]);
    expect(body.sources).toHaveLength(5);
    expect(body.rerankingConfiguration.bedrockRerankingConfiguration).toEqual({
      numberOfResults: 2,
      modelConfiguration: { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0' },
    });
  });

  it('does not call the service without hits', async () => {
    await (await open()).rerank({ question, hits: [], topK: 2 });
    expect(server.requests).toHaveLength(0);
  });

  it('retries after throttling', async () => {
    server.faults.push({ kind: 'status', status: 429, type: 'ThrottlingException' });
    expect(await (await open()).rerank({ question, hits: HITS, topK: 1 })).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['too few scores', { results: [] }],
    ['an index that does not exist', { results: [{ index: 9, relevanceScore: 1 }] }],
    ['a passage twice', { results: Array(2).fill({ index: 0, relevanceScore: 1 }) }],
    ['no score', { results: [{ index: 0 }] }],
  ])('rejects a response with %s', async (_what, body) => {
    server.faults.push({ kind: 'body', body: JSON.stringify(body) });
    const run = (await open()).rerank({ question, hits: HITS, topK: 2 });
    await expect(run).rejects.toMatchObject({ code: 'RERANKER_FAILED' });
  });

  it.each([
    ['us-east-1', 'm', 'arn:aws:bedrock:us-east-1::foundation-model/m'],
    ['us-gov-west-1', 'm', 'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/m'],
    ['cn-north-1', 'm', 'arn:aws-cn:bedrock:cn-north-1::foundation-model/m'],
    ['us-east-1', 'arn:aws:bedrock:x', 'arn:aws:bedrock:x'],
  ])('builds the ARN of a model in %s: %s', (region, model, arn) => {
    expect(modelArn(model, region)).toBe(arn);
  });
});

describe('the cross-encoder', () => {
  it('applies the logistic function to a single logit and softmax to several', () => {
    expect(relevanceOf([0])).toBe(0.5);
    expect(relevanceOf([2])).toBeCloseTo(0.8808, 4);
    expect(relevanceOf([1, 3])).toBeCloseTo(0.8808, 4);
    expect(relevanceOf([1000, 1000])).toBe(0.5);
    expect(relevanceOf([])).toBeNaN();
  });

  it('reports that the package or the model is missing', async () => {
    const reranker = await createReranker('transformers', { modelPath: 'no-such-folder' });
    const run = reranker.rerank({ question, hits: HITS, topK: 1 });
    await expect(run).rejects.toMatchObject({
      code: expect.stringMatching(/^(MISSING_PACKAGE|MODEL_NOT_FOUND)$/),
    });
  });
});
