import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { corpusSuite } from '../conformance/corpus/suite.ts';
import { freshS3Place } from './environment.ts';

corpusSuite('lancedb on S3', async (settings) => {
  const place = { ...(await freshS3Place()), prefix: 'test/corpus/' };
  return { corpus: await openLanceCorpus(place, settings), reopen: () => openLanceCorpus(place, settings) };
});
