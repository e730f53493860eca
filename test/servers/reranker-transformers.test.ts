import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReranker } from '../../src/models/rerankers/index.ts';
import { HITS, rerankerConformance } from '../conformance/rerankers/suite.ts';
import { testModel } from './model-environment.ts';
import { writeTinyCrossEncoder } from './tiny-cross-encoder.ts';

// A package that carries a trained cross-encoder was not found: this one is made here, and counts shared tokens.
// What is under test is real: tokenizing pairs, running ONNX, reading its outputs.
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
  it('reads question and passage together, and gives the logistic of its output', async () => {
    const reranker = await createReranker('transformers', { modelPath, dtype: 'fp32' });
    const question = 'Which port does the server listen on?';
    const hits = await reranker.rerank({ question, hits: HITS, topK: 5 });
    expect(
      hits
        .slice(0, 2)
        .map((hit) => hit.id)
        .sort(),
    ).toEqual(['b', 'c']);
    // 'Logs rotate every day.' shares no token but the full stop, which the question lacks; [SEP] is on both sides.
    expect(hits.find((hit) => hit.id === 'e')?.score).toBeCloseTo(1 / (1 + Math.exp(0.5)), 5);
    expect(reranker.id).toBe('transformers:tiny-cross-encoder');
  });
});
