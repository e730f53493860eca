import { afterAll, beforeAll } from 'vitest';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { startLaptop } from '../../support/laptop.ts';
import { corpusSuite } from './suite.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

corpusSuite("lancedb on the laptop's S3", async (settings) => {
  const place = { ...laptop.freshPlace(), prefix: 'test/corpus/' };
  return { corpus: await openLanceCorpus(place, settings), reopen: () => openLanceCorpus(place, settings) };
});
