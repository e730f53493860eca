import { createGenerator } from '../../../src/models/generators/index.ts';
import { until } from '../../support/http-server.ts';
import { startOpenAiServer } from '../../support/openai-server.ts';
import { generatorConformance } from './suite.ts';

generatorConformance('openai-compatible', async () => {
  const server = await startOpenAiServer();
  const generator = await createGenerator('openai-compatible', {
    baseUrl: `${server.url}/v1`,
    model: 'test',
  });
  return {
    generator,
    reset: () => void server.faults.splice(0),
    stall: () => void server.faults.push({ kind: 'stall', after: 1 }),
    settled: () => until(() => server.inFlight() === 0),
    stop: server.stop,
  };
});
