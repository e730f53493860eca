import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkFilter,
  dotProduct,
  type Filter,
  type Metadata,
  type Metric,
  matchesFilter,
} from '../../../src/core/index.ts';
import { type CorpusStore, fieldValues } from '../../../src/corpus/index.ts';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import {
  IndexCatalogue,
  type IndexManifest,
  type IndexServers,
  indexBackend,
  type Searcher,
  staleRows,
  validateIndex,
} from '../../../src/indexes/index.ts';
import { type ObjectStorage, openStorage, type StoragePlace } from '../../../src/io/storage/index.ts';
import { seedOf, testDocument, testSettings, testVector, withLengths } from '../../support/chunks.ts';

const ROWS = 300;
const DIMENSIONS = 32;
/** Minimum recall: with few rows in few lists, every kind must find nearly all neighbours. */
const MIN_RECALL = 0.9;

const metadataOf = (row: number): Metadata => ({
  ...(row % 10 === 0 ? {} : { year: 2000 + (row % 25) }),
  kind: row % 3 === 0 ? 'note' : "it's a report",
  open: row % 2 === 0,
  tags: row % 4 === 0 ? ['red', 'blue'] : ['green'],
});

/** Documents d0, d1, ... with one chunk each, except the first, which has five. */
const documentsOf = (from: number, to: number, dimensions: number) =>
  Array.from({ length: to - from }, (_, index) => {
    const row = from + index;
    return testDocument(`d${row}`, { chunks: row === 0 ? 5 : 1, dimensions, metadata: metadataOf(row) });
  });

/** Creates an empty place for a collection; `remove` deletes it. */
export type FreshPlace = () => Promise<{
  readonly place: StoragePlace;
  readonly remove: () => Promise<void>;
  readonly servers?: IndexServers;
}>;

interface Built {
  readonly corpus: CorpusStore;
  readonly catalogue: IndexCatalogue;
  readonly storage: ObjectStorage;
  readonly remove: () => Promise<void>;
}

/** The contract of every index kind, without exceptions. */
export function indexSuite(kind: string, where: string, freshPlace: FreshPlace): void {
  const collection = async (rows: number, dimensions: number, metric: Metric = 'cosine'): Promise<Built> => {
    const { place, remove, servers } = await freshPlace();
    const settings = testSettings(dimensions, 'test', metric);
    const corpus = await openLanceCorpus({ ...place, prefix: 'test/corpus/' }, settings);
    const documents = documentsOf(0, rows, dimensions);
    await corpus.write(metric === 'dot' ? documents.map(withLengths) : documents, { replaces: false });
    const storage = await openStorage(place.location, place.s3);
    return { corpus, storage, remove, catalogue: new IndexCatalogue(storage, place, 'test', { servers }) };
  };

  describe(`index kind '${kind}' ${where}`, () => {
    let built: Built;
    let manifest: IndexManifest;
    let searcher: Searcher;

    beforeAll(async () => {
      built = await collection(ROWS, DIMENSIONS);
      manifest = await built.catalogue.build(built.corpus, { kind });
      searcher = await built.catalogue.open(manifest);
    });
    afterAll(async () => {
      await searcher?.close();
      await built.corpus.close();
      await built.remove();
    });

    const vectorOf = (row: number): Float32Array => testVector(DIMENSIONS, seedOf(`d${row}-first-0`));

    it('builds the requested kind and describes it in its manifest', async () => {
      expect(manifest).toMatchObject({
        kind,
        chunks: ROWS + 4,
        corpusVersion: (await built.corpus.stats()).version,
      });
      expect(manifest.build.sizeBytes).toBeGreaterThan(0);
      expect(await built.catalogue.find(kind)).toEqual(manifest);
    });

    it('returns the nearest chunk first, with the cosine as score', async () => {
      const { hits } = await searcher.search({ vector: vectorOf(7), topK: 5 });
      expect(hits).toHaveLength(5);
      expect(hits[0]).toMatchObject({
        documentId: 'd7',
        title: 'Title d7',
        headingPath: ['Top', 'Part 0'],
        start: 0,
        metadata: metadataOf(7),
      });
      for (const hit of hits) {
        const cosine = dotProduct(vectorOf(7), testVector(DIMENSIONS, seedOf(hit.id)));
        expect(hit.scores.vector).toBeCloseTo(cosine, 1);
        expect(hit.score).toBe(hit.scores.vector);
      }
      expect(isOrdered(hits.map(({ score }) => score))).toBe(true);
    });

    it('has the recall of exact search, with and without a filter', async () => {
      const options = { queries: 40, topK: 10, minRecall: MIN_RECALL };
      expect((await validateIndex(built.corpus, searcher, options)).recall).toBeGreaterThanOrEqual(
        MIN_RECALL,
      );
      const filter: Filter = { field: 'kind', op: 'eq', value: 'note' };
      expect(
        (await validateIndex(built.corpus, searcher, { ...options, filter })).recall,
      ).toBeGreaterThanOrEqual(MIN_RECALL);
    });

    it('ranks and scores by the inner product if the collection uses it, or refuses the build', async () => {
      const own = await collection(ROWS, DIMENSIONS, 'dot');
      const building = own.catalogue.build(own.corpus, { kind });
      if (!(await indexBackend(kind)).capabilities.metrics.includes('dot')) {
        await expect(building).rejects.toMatchObject({ code: 'UNSUPPORTED', fields: { metric: 'dot' } });
        await own.corpus.close();
        return own.remove();
      }
      const opened = await own.catalogue.open(await building);
      const question = vectorOf(7).map((value) => 3 * value);
      const { hits } = await opened.search({ vector: question, topK: 5 });
      expect(isOrdered(hits.map(({ score }) => score))).toBe(true);
      const stored = await own.corpus.chunks(
        hits.map(({ id }) => id),
        { withVectors: true },
      );
      for (const { chunk, vector } of stored) {
        const { score, scores } = hits.find(({ id }) => id === chunk.id)!;
        expect(Math.abs(score - dotProduct(question, vector!))).toBeLessThan(0.05);
        expect(scores.vector).toBe(score);
      }
      const queryVectors = Array.from({ length: 30 }, (_, row) => vectorOf(ROWS + row));
      const options = { queries: 30, topK: 10, minRecall: MIN_RECALL, queryVectors };
      const report = await validateIndex(own.corpus, opened, options);
      expect(report.recall).toBeGreaterThanOrEqual(MIN_RECALL);
      await opened.close();
      await own.corpus.close();
      await own.remove();
    });

    it('measures recall in validation with the given query vectors, and refuses ones with other dimensions', async () => {
      // With this many queries, one missed neighbour does not fail kinds whose training is random.
      const options = { queries: 30, topK: 5, minRecall: MIN_RECALL };
      const queryVectors = Array.from({ length: 40 }, (_, row) => vectorOf(3 * row));
      const report = await validateIndex(built.corpus, searcher, { ...options, queryVectors });
      expect(report).toMatchObject({ queries: 30, topK: 5 });
      expect(report.recall).toBeGreaterThanOrEqual(MIN_RECALL);
      const short = validateIndex(built.corpus, searcher, {
        ...options,
        queryVectors: [new Float32Array(3)],
      });
      await expect(short).rejects.toMatchObject({ code: 'DIMENSION_MISMATCH' });
    });

    it('finds terms in title and text, best first, and nothing for a query of unknown terms or stop words', async () => {
      const { hits } = await searcher.search({ text: 'What is title d42?', topK: 3 });
      expect(hits[0]).toMatchObject({ documentId: 'd42' });
      expect(hits[0]!.score).toBe(hits[0]!.scores.lexical);
      expect(isOrdered(hits.map(({ score }) => score))).toBe(true);
      expect((await searcher.search({ text: 'zyxwv', topK: 3 })).hits).toEqual([]);
      expect((await searcher.search({ text: 'what is the', topK: 3 })).hits).toEqual([]);
    });

    it('finds terms in other spellings and scripts', async () => {
      const own = await collection(ROWS, DIMENSIONS);
      const tag = 'café C++ AT&T e-mail 5GHz 책은 猫の IT';
      const written = testDocument('written', { chunks: 1, dimensions: DIMENSIONS, tag });
      await own.corpus.write([written], { replaces: false });
      const opened = await own.catalogue.open(await own.catalogue.build(own.corpus, { kind }));
      for (const text of ['cafe', 'c++', 'at&t', 'email', '5 GHz', '책', '猫', 'it'])
        expect((await opened.search({ text, topK: 1 })).hits, text).toMatchObject([
          { documentId: 'written' },
        ]);
      await opened.close();
      await own.corpus.close();
      await own.remove();
    });

    it('appends hits beyond the re-scored depth in BM25 order', async () => {
      const { hits } = await searcher.search({ text: 'passage d42', topK: ROWS });
      expect(hits).toHaveLength(ROWS);
      expect(isOrdered(hits.map(({ score }) => score))).toBe(true);
      expect(new Set(hits.map(({ id }) => id)).size).toBe(ROWS);
    });

    it('fuses a vector and a text into one list with all three scores', async () => {
      const { hits } = await searcher.search({ vector: vectorOf(42), text: 'd42', topK: 4 });
      expect(hits[0]).toMatchObject({ documentId: 'd42', score: 1 });
      expect(hits[0]!.scores).toMatchObject({
        fused: 1,
        vector: expect.any(Number),
        lexical: expect.any(Number),
      });
      expect(isOrdered(hits.map(({ score }) => score))).toBe(true);
    });

    it('breaks ties by id', async () => {
      const own = await collection(ROWS, DIMENSIONS);
      const twins = Array.from({ length: 20 }, (_, index) =>
        testDocument(`twin${index}`, { chunks: 1, dimensions: DIMENSIONS, tag: 'twinned' }),
      );
      const vector = testVector(DIMENSIONS, 1);
      const equal = twins.map(({ document, chunks }) => ({
        document,
        chunks: chunks.map((chunk) => ({ ...chunk, vector })),
      }));
      await own.corpus.write(equal, { replaces: false });
      const opened = await own.catalogue.open(await own.catalogue.build(own.corpus, { kind }));
      const expected = equal
        .map(({ chunks }) => chunks[0]!.chunk.id)
        .sort()
        .slice(0, 3);
      for (const asked of [{ vector }, { text: 'twinned', rescore: false }])
        expect((await opened.search({ ...asked, topK: 3 })).hits.map(({ id }) => id)).toEqual(expected);
      await opened.close();
      await own.corpus.close();
      await own.remove();
    });

    it('returns all rows if topK exceeds their number', async () => {
      const { hits } = await searcher.search({
        vector: vectorOf(1),
        topK: 1_000,
        parameters: parametersForAll(manifest),
      });
      expect(hits).toHaveLength(ROWS + 4);
    });

    it.each<[string, Filter]>([
      ['eq', { field: 'kind', op: 'eq', value: "it's a report" }],
      ['ne with missing values', { field: 'year', op: 'ne', value: 2003 }],
      ['in', { field: 'year', op: 'in', value: [2003, 2004] }],
      [
        'range',
        {
          and: [
            { field: 'year', op: 'gte', value: 2005 },
            { field: 'year', op: 'lt', value: 2007 },
          ],
        },
      ],
      ['not with missing values', { not: { field: 'year', op: 'gt', value: 2002 } }],
      ['boolean', { field: 'open', op: 'eq', value: true }],
      [
        'or of lists',
        {
          or: [
            { field: 'tags', op: 'eq', value: 'red' },
            { field: 'year', op: 'lte', value: 2001 },
          ],
        },
      ],
      ['list ne', { field: 'tags', op: 'ne', value: 'red' }],
    ])('applies a filter before the search: %s', async (_, given) => {
      const filter = checkFilter(given, manifest.collection.fields);
      const matching = documentsOf(0, ROWS, 0).filter(({ document }) =>
        matchesFilter(filter, fieldValues(document.metadata, manifest.collection.fields)),
      );
      const wanted = new Set(matching.map(({ document }) => document.id));
      const byVector = await searcher.search({ vector: vectorOf(1), topK: 10, filter });
      const byText = await searcher.search({ text: 'passage', topK: 1_000, filter });
      expect(byVector.hits).toHaveLength(Math.min(10, wanted.size));
      expect(byVector.hits.every(({ documentId }) => wanted.has(documentId))).toBe(true);
      expect(new Set(byText.hits.map(({ documentId }) => documentId))).toEqual(wanted);
    });

    it('compares strings in filters of a vector search, or refuses the filter', async () => {
      const filter: Filter = { field: 'kind', op: 'gte', value: 'j' };
      const search = searcher.search({ vector: vectorOf(1), topK: ROWS, filter });
      if ((await indexBackend(kind)).capabilities.stringRanges) {
        const { hits } = await search;
        expect(hits.length).toBeGreaterThan(0);
        expect(hits.every(({ metadata }) => metadata.kind === 'note')).toBe(true);
      } else await expect(search).rejects.toMatchObject({ code: 'UNSUPPORTED', fields: { op: 'gte' } });
    });

    it('returns the neighbours of a chunk, in order', async () => {
      const around = await searcher.neighbours('d0', 1, 3);
      expect(around.map(({ id }) => id)).toEqual(['d0-first-1', 'd0-first-2', 'd0-first-3']);
      expect(await searcher.count(['d0-first-1', 'unknown'])).toBe(1);
    });

    it('returns chunks by id, in the order of the ids', async () => {
      const chunks = await searcher.chunks(['d0-first-2', 'unknown', "no'thing", 'd0-first-1']);
      expect(chunks.map(({ id }) => id)).toEqual(['d0-first-2', 'd0-first-1']);
      const [, beside] = await searcher.neighbours('d0', 1, 2);
      expect(chunks[0]).toEqual(beside);
      expect(await searcher.chunks([])).toEqual([]);
    });

    it('refuses a vector with different dimensions', async () => {
      await expect(searcher.search({ vector: new Float32Array(8), topK: 1 })).rejects.toMatchObject({
        code: 'DIMENSION_MISMATCH',
      });
    });

    it('fails with CANCELLED if its signal is aborted', async () => {
      await expect(
        searcher.search({ text: 'passage', topK: 1, signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    it('refuses unknown parameters and values out of bounds', async () => {
      await expect(
        built.catalogue.build(built.corpus, { kind, buildParameters: { partitionz: 4 } }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', fields: { field: 'partitionz' } });
      await expect(
        searcher.search({ vector: vectorOf(1), topK: 1, parameters: { nprobes: -1 } }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await built.catalogue.list()).toHaveLength(1);
    });

    it('refuses a corpus with fewer rows than its minimum', async () => {
      const { minRows } = (await indexBackend(kind)).capabilities;
      // One chunk less than the minimum, because the first document has five.
      const small = await collection(Math.max(0, minRows - 5), DIMENSIONS);
      const build = small.catalogue.build(small.corpus, { kind });
      await expect(build).rejects.toMatchObject({ code: 'TOO_FEW_ROWS' });
      expect(await small.catalogue.list()).toEqual([]);
      await small.corpus.close();
      await small.remove();
    });

    it('without vectors, supports only lexical search or refuses the build', async () => {
      const words = await collection(ROWS, 0);
      const build = words.catalogue.build(words.corpus, { kind });
      if ((await indexBackend(kind)).capabilities.lexicalOnly) {
        const opened = await words.catalogue.open(await build);
        expect((await opened.search({ text: 'd42', topK: 1 })).hits[0]).toMatchObject({ documentId: 'd42' });
        await opened.close();
      } else await expect(build).rejects.toMatchObject({ code: 'NO_EMBEDDER' });
      await words.corpus.close();
      await words.remove();
    });

    it('keeps its content while the corpus changes, and reports the number of stale rows', async () => {
      const own = await collection(ROWS, DIMENSIONS);
      const version = await own.catalogue.build(own.corpus, { kind });
      const opened = await own.catalogue.open(version);
      expect(await staleRows(own.corpus, version, async () => opened)).toBe(0);
      await own.corpus.write(documentsOf(ROWS, ROWS + 3, DIMENSIONS), { replaces: false });
      await own.corpus.deleteDocuments(['d7']);
      await own.corpus.compact();
      const again = await own.catalogue.open(version);
      for (const reader of [opened, again]) {
        expect((await reader.search({ vector: vectorOf(7), topK: 1 })).hits[0]).toMatchObject({
          documentId: 'd7',
        });
        expect(await staleRows(own.corpus, version, async () => reader)).toBe(3);
        await reader.close();
      }
      await own.corpus.close();
      await own.remove();
    });

    it('refuses a damaged lexicon instead of returning wrong scores', async () => {
      const own = await collection(ROWS, DIMENSIONS);
      const version = await own.catalogue.build(own.corpus, { kind });
      const keys: string[] = [];
      for await (const { key } of own.storage.list(`test/indexes/${version.version}/lexicon`)) keys.push(key);
      expect(keys).toHaveLength(1);
      const { bytes } = await own.storage.read(keys[0]!);
      bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 0x10;
      await own.storage.write(keys[0]!, bytes);
      // Kinds may read the lexicon when they open or at the first lexical search.
      const search = own.catalogue
        .open(version)
        .then((opened) => opened.search({ text: 'passage d42', topK: 3 }).finally(() => opened.close()));
      await expect(search).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
      await own.corpus.close();
      await own.remove();
    });
  });
}

const isOrdered = (scores: readonly number[]): boolean =>
  scores.every((score, index) => index === 0 || score <= scores[index - 1]!);

/** Query parameters that reach every row. */
const parametersForAll = ({ queryParameters, buildParameters }: IndexManifest): Record<string, number> => ({
  ...('nprobes' in queryParameters ? { nprobes: buildParameters.partitions! } : {}),
  ...('ef' in queryParameters ? { ef: 1_000 } : {}),
  ...('refineFactor' in queryParameters ? { refineFactor: 1 } : {}),
});
