import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../src/core/index.ts';
import type { CorpusStore } from '../../src/corpus/index.ts';
import { validateIndex } from '../../src/indexes/index.ts';
import { testDocument, testSettings } from '../support/chunks.ts';
import { OPENSEARCH_KINDS, type OpenSearchPlace, openSearchPlace } from './opensearch-place.ts';

const ROWS = 5_000;
const DIMENSIONS = 64;

describe('filters on OpenSearch', () => {
  let place: OpenSearchPlace;
  let corpus: CorpusStore;

  beforeAll(async () => {
    place = await openSearchPlace();
    corpus = await place.corpus(testSettings(DIMENSIONS));
    const documents = Array.from({ length: ROWS }, (_, row) =>
      testDocument(`d${row}`, { chunks: 1, dimensions: DIMENSIONS, metadata: { year: row % 1_000 } }),
    );
    await corpus.write(documents, { replaces: false });
  });
  afterAll(async () => {
    await corpus?.close();
    await place?.remove();
  });

  it.each(OPENSEARCH_KINDS)(
    'find the nearest of the matching rows if 50, 10, 1 or .1 percent of the rows match: %s',
    async (kind) => {
      const catalogue = place.catalogue('test');
      const searcher = await catalogue.open(await catalogue.build(corpus, { kind }));
      const recalls: Record<string, number> = {};
      for (const rows of [500, 100, 10, 1]) {
        const filter: Filter = { field: 'year', op: 'lt', value: rows };
        const options = { queries: 50, topK: 10, minRecall: 0.95, filter };
        recalls[rows] = (await validateIndex(corpus, searcher, options)).recall;
      }
      await searcher.close();
      expect(
        Object.values(recalls).filter((recall) => recall < 0.95),
        JSON.stringify(recalls),
      ).toEqual([]);
    },
  );
});
