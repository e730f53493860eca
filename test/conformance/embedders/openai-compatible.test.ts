import { createEmbedder } from '../../../src/models/embedders/index.ts';
import { startOpenAiServer } from '../../support/openai-server.ts';
import { embedderConformance } from './suite.ts';

embedderConformance('openai-compatible', async () => {
  const server = await startOpenAiServer();
  server.options.shuffled = true;
  const embedder = await createEmbedder('openai-compatible', {
    baseUrl: server.url,
    model: 'test',
    dimensions: 8,
    batchSize: 2,
  });
  return { embedder: embedder!, dimensions: 8, tolerance: 1e-6, stop: server.stop };
});
