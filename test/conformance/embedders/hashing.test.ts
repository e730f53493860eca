import { createEmbedder } from '../../../src/models/embedders/index.ts';
import { embedderConformance } from './suite.ts';

embedderConformance('hashing', async () => ({
  embedder: (await createEmbedder('hashing', { dimensions: 64 }))!,
  dimensions: 64,
  tolerance: 1e-6,
  stop: async () => {},
}));
