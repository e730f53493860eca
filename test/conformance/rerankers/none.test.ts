import { createReranker } from '../../../src/models/rerankers/index.ts';
import { rerankerConformance } from './suite.ts';

rerankerConformance('none', async () => ({
  reranker: await createReranker('none'),
  scores: false,
  stop: async () => {},
}));
