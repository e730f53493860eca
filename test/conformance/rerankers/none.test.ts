import { createReranker } from '../../../src/rerankers/index.ts';
import { rerankerConformance } from './suite.ts';

rerankerConformance('none', async () => ({
  reranker: await createReranker('none'),
  scores: false,
  stop: async () => {},
}));
