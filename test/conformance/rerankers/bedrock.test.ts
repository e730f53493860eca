import { createReranker } from '../../../src/models/rerankers/index.ts';
import { bedrockSettings, startBedrockServer } from '../../support/bedrock-server.ts';
import { rerankerConformance } from './suite.ts';

rerankerConformance('bedrock', async () => {
  const server = await startBedrockServer();
  return {
    reranker: await createReranker('bedrock', bedrockSettings(server)),
    scores: true,
    stop: server.stop,
  };
});
