import { createGenerator } from '../../../src/models/generators/index.ts';
import { generatorConformance } from './suite.ts';

const nothing = async (): Promise<void> => {};

generatorConformance('extractive', async () => ({
  generator: await createGenerator('extractive'),
  reset: () => undefined,
  stall: () => undefined,
  settled: nothing,
  stop: nothing,
}));
