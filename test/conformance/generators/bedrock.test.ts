import { createGenerator } from '../../../src/models/generators/index.ts';
import { bedrockSettings, startBedrockServer } from '../../support/bedrock-server.ts';
import { until } from '../../support/http-server.ts';
import { generatorConformance } from './suite.ts';

generatorConformance('bedrock', async () => {
  const server = await startBedrockServer();
  const generator = await createGenerator('bedrock', {
    ...bedrockSettings(server),
    model: 'test.model-v1:0',
  });
  return {
    generator,
    reset: () => void server.faults.splice(0),
    stall: () => void server.faults.push({ kind: 'stall', after: 1 }),
    settled: () => until(() => server.inFlight() === 0),
    stop: server.stop,
  };
});
