import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchedText } from '../../src/core/index.ts';
import type { DocumentWrite } from '../../src/corpus/index.ts';
import { analyseToColumn } from '../../src/documents/lexical/index.ts';
import type { Searcher } from '../../src/indexes/index.ts';
import { testDocument, testSettings } from '../support/chunks.ts';
import { seeded } from '../support/seeded.ts';
import { type OpenSearchPlace, openSearchPlace } from './opensearch-place.ts';

/** A document of 20 to 400 words, most of them frequent. OpenSearch rounds the lengths of texts of more than 40 terms. */
function documentOf(number: number): DocumentWrite {
  const random = seeded(number + 1);
  const word = (): string => `word${Math.floor(2_000 ** random())}`;
  const length = 20 + Math.floor(380 * random());
  return documentWith(`d${number}`, Array.from({ length }, word).join(' '));
}

function documentWith(id: string, text: string): DocumentWrite {
  const { document, chunks } = testDocument(id, { chunks: 1 });
  const chunk = { ...chunks[0]!.chunk, text, end: text.length };
  return {
    document: { ...document, text },
    chunks: [{ chunk, terms: analyseToColumn(searchedText(chunk)) }],
  };
}

describe('BM25 on OpenSearch', () => {
  let place: OpenSearchPlace;
  const opened: Searcher[] = [];

  beforeAll(async () => {
    place = await openSearchPlace();
    const catalogue = place.catalogue('test');
    const corpus = await place.corpus(testSettings(0));
    const random = Array.from({ length: 800 }, (_, number) => documentOf(number));
    const similar = Array.from({ length: 300 }, (_, number) =>
      documentWith(`r${String(number).padStart(3, '0')}`, `rounded ${'filler '.repeat(279 - (number % 20))}`),
    );
    await corpus.write([...random, ...similar], { replaces: false });
    for (const kind of ['lancedb-flat', 'snapshot', 'opensearch-exact'])
      opened.push(await catalogue.open(await catalogue.build(corpus, { kind })));
    await corpus.close();
  });
  afterAll(async () => {
    await Promise.all(opened.map((searcher) => searcher.close()));
    await place?.remove();
  });

  const hitsOf = (text: string, rescore: boolean) =>
    Promise.all(opened.map(async (searcher) => (await searcher.search({ text, topK: 50, rescore })).hits));

  it.each([
    ['one term', 'word7'],
    ['several terms, one of them twice', 'word3 word900 word41 word900 word1500'],
  ])('gives the same scores as the other kinds of index: %s', async (_, text) => {
    const [flat, snapshot, server] = await hitsOf(text, false);
    expect(server).toHaveLength(50);
    for (const other of [snapshot!, flat!])
      for (const [rank, { score }] of server!.entries()) expect(score / other[rank]!.score).toBeCloseTo(1, 5);
    // The snapshot index re-scores fewer hits if they must be read from storage.
    const [flatRescored, , serverRescored] = await hitsOf(text, true);
    expect(serverRescored!.map(({ id }) => id)).toEqual(flatRescored!.map(({ id }) => id));
    for (const [rank, { score }] of serverRescored!.entries())
      expect(score / flatRescored![rank]!.score).toBeCloseTo(1, 5);
  });

  it('finds the shortest of many texts whose lengths OpenSearch rounds to the same value', async () => {
    // 300 texts contain the word once; their lengths, 260 to 279, are one value for Lucene.
    const [flat, , server] = await hitsOf('rounded', false);
    expect(new Set(server!.map(({ score }) => score)).size).toBeLessThan(10);
    for (const [rank, { id, score }] of server!.entries()) {
      expect(id).toBe(flat![rank]!.id);
      expect(score / flat![rank]!.score).toBeCloseTo(1, 5);
    }
  });

  it('gives the same scores as the other kinds of index if a question has more terms than a query may have', async () => {
    const text = Array.from({ length: 1_500 }, (_, number) => `word${number}`).join(' ');
    const [flat, , server] = await hitsOf(text, false);
    expect(server).toHaveLength(50);
    const scores = new Map(flat!.map(({ id, score }) => [id, score]));
    const common = server!.filter(({ id }) => scores.has(id));
    // The server chooses candidates by the rarest 1,000 terms only.
    expect(common.length).toBeGreaterThanOrEqual(25);
    for (const { id, score } of common) expect(score / scores.get(id)!).toBeCloseTo(1, 4);
  });
});
