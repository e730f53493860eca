import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReranker } from '../../src/models/rerankers/index.ts';
import { HITS, rerankerConformance } from '../conformance/rerankers/suite.ts';
import { testModel } from './model-environment.ts';
import { writeTinyCrossEncoder } from './tiny-cross-encoder.ts';

// No package with a trained cross-encoder was found, so the test creates a model that counts shared tokens.
// The tokenisation of pairs, the ONNX runtime and the parsing of its output are real.
const parent = await mkdtemp(join(tmpdir(), 'srag-cross-encoder-'));
const modelPath = join(parent, 'tiny-cross-encoder');
beforeAll(() => writeTinyCrossEncoder(modelPath, testModel()));
afterAll(() => rm(parent, { recursive: true }));

rerankerConformance('transformers', async () => ({
  reranker: await createReranker('transformers', { modelPath, dtype: 'fp32' }),
  scores: true,
  stop: async () => {},
}));

describe('a cross-encoder through transformers.js', () => {
  it('encodes question and passage together, and returns the sigmoid of the output', async () => {
    const reranker = await createReranker('transformers', { modelPath, dtype: 'fp32' });
    const question = 'Which port does the server listen on?';
    const hits = await reranker.rerank({ question, hits: HITS, topK: 5 });
    expect(
      hits
        .slice(0, 2)
        .map((hit) => hit.id)
        .sort(),
    ).toEqual(['b', 'c']);
    // 'Logs rotate every day.' shares no token with the question (which has no full stop) except [SEP].
    expect(hits.find((hit) => hit.id === 'e')?.score).toBeCloseTo(1 / (1 + Math.exp(0.5)), 5);
    expect(reranker.id).toBe('transformers:tiny-cross-encoder');
  });
});
