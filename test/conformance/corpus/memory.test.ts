import { MemoryCorpus } from '../../../src/corpus/memory/store.ts';
import { corpusSuite } from './suite.ts';

corpusSuite('memory', async (settings) => {
  const corpus = new MemoryCorpus(settings);
  return { corpus, reopen: async () => corpus };
});
