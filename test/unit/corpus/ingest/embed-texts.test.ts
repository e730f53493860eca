import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import { TextEmbedder } from '../../../../src/corpus/ingest/embed-texts.ts';
import type { Embedder, Embeddings } from '../../../../src/models/embedders/index.ts';

type Reply = (texts: readonly string[]) => Embeddings;

/** A two-dimensional embedder that answers with `reply` and records its request sizes. */
function embedderOf(reply: Reply, batchSize = 96): { embedder: TextEmbedder; requests: number[] } {
  const requests: number[] = [];
  const embedder: Embedder = {
    id: 'test:2',
    dimensions: 2,
    semantic: true,
    batchSize,
    embedDocuments: async (texts) => {
      requests.push(texts.length);
      return reply(texts);
    },
    embedQuery: async (text) => reply([text]),
  };
  return { embedder: new TextEmbedder(embedder), requests };
}

const vectorsOf: Reply = (texts) => ({
  vectors: Float32Array.from(texts.flatMap((text) => [text.length, 1])),
});
const refused = (status: number): SragError =>
  new SragError('EMBEDDER_FAILED', `HTTP ${status}.`, {
    fields: { status, retryable: false, refusedInput: true },
    upstream: 'too long',
  });
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `text ${index}`);
const faultsOf = async (embedder: TextEmbedder, texts: readonly string[]): Promise<string[]> => {
  const embedded = await embedder.embed(texts);
  expect(embedded).toHaveLength(texts.length);
  for (const [index, each] of embedded.entries()) {
    if (!(each instanceof SragError)) expect(each).toEqual(Float32Array.of(texts[index]!.length, 1));
  }
  return texts.filter((_, index) => embedded[index] instanceof SragError);
};

describe('TextEmbedder', () => {
  it.each([
    ['one of many', 200, [63]],
    ['the first and the last', 200, [0, 199]],
    ['neighbours', 96, [40, 41, 42]],
    ['the only one', 1, [0]],
    ['every one', 5, [0, 1, 2, 3, 4]],
  ])('reports the texts that the service refuses: %s', async (_what, count, bad) => {
    const texts = numbered(count);
    const wrong = new Set(bad.map((index) => texts[index]!));
    const { embedder, requests } = embedderOf((batch) => {
      if (batch.some((text) => wrong.has(text))) throw refused(400);
      return vectorsOf(batch);
    });
    expect(await faultsOf(embedder, texts)).toEqual([...wrong]);
    expect(requests.length).toBeLessThanOrEqual(3 + bad.length * 16);
  });

  it.each([
    new SragError('INVALID_VECTOR', 'The vector is zero.'),
    new SragError('DIMENSION_MISMATCH', '3 dimensions.'),
    new SragError('INVALID_ARGUMENT', 'Text 0 is empty.'),
    refused(413),
  ])('splits a batch that fails with %s', async (error) => {
    const { embedder } = embedderOf((batch) => {
      if (batch.includes('text 5')) throw error;
      return vectorsOf(batch);
    });
    expect(await faultsOf(embedder, numbered(20))).toEqual(['text 5']);
  });

  it('keeps the usable vectors of a response that contains an unusable one, without another request', async () => {
    const { embedder, requests } = embedderOf((batch) => ({
      ...vectorsOf(batch),
      unusable: new Map([[0, new SragError('INVALID_VECTOR', 'The vector is zero.')]]),
    }));
    expect(await faultsOf(embedder, numbered(200))).toEqual(['text 0', 'text 96', 'text 192']);
    expect(requests).toEqual([96, 96, 8]);
  });

  it('adapts to the largest batch that the service accepts', async () => {
    const { embedder, requests } = embedderOf((batch) => {
      if (batch.length > 32) throw refused(422);
      return vectorsOf(batch);
    });
    expect(await faultsOf(embedder, numbered(192))).toEqual([]);
    expect(requests).toEqual([96, 1, 48, 24, 24, 48, 24, 24, 24, 24, 24, 24]);
  });

  it('throws if the service refuses even a harmless test text', async () => {
    const { embedder, requests } = embedderOf(() => {
      throw refused(400);
    });
    await expect(embedder.embed(numbered(500))).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    expect(requests).toEqual([96, 1]);
  });

  it('throws when a service starts to refuse all texts', async () => {
    let calls = 0;
    const { embedder, requests } = embedderOf((batch) => {
      calls += 1;
      if (calls > 1) throw refused(400);
      return vectorsOf(batch);
    }, 4);
    await expect(embedder.embed(numbered(400))).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    expect(requests.length).toBeLessThan(8);
  });

  it.each([
    ['ACCESS_DENIED', 401],
    ['MODEL_NOT_FOUND', 404],
    ['THROTTLED', 429],
    ['EMBEDDER_FAILED', 500],
    ['EMBEDDER_FAILED', undefined],
  ] as const)('throws a service error (%s, status %s) immediately', async (code, status) => {
    const { embedder, requests } = embedderOf(() => {
      throw new SragError(code, 'Failed.', { fields: { status } });
    });
    await expect(embedder.embed(numbered(10))).rejects.toMatchObject({ code });
    expect(requests).toEqual([10]);
  });
});
