import { createReranker } from '../../../src/models/rerankers/index.ts';
import { rerankerConformance } from './suite.ts';

rerankerConformance('mmr', async () => ({
  reranker: await createReranker('mmr'),
  scores: true,
  stop: async () => {},
}));
