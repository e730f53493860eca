import { createEmbedder } from '../../../src/models/embedders/index.ts';
import { bedrockSettings, startBedrockServer } from '../../support/bedrock-server.ts';
import { embedderConformance } from './suite.ts';

embedderConformance('bedrock-titan', async () => {
  const server = await startBedrockServer();
  const embedder = await createEmbedder('bedrock-titan', { ...bedrockSettings(server), dimensions: 256 });
  return { embedder: embedder!, dimensions: 256, tolerance: 1e-6, stop: server.stop };
});
