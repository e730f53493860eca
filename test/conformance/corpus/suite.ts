import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectionSettings, SragError, searchedText } from '../../../src/core/index.ts';
import {
  type CorpusStore,
  type DocumentWrite,
  type StoredChunk,
  textHash,
} from '../../../src/corpus/index.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';

const DIMENSIONS = 16;

/** The contract of every corpus store. `reopen` opens the same location again. */
export function corpusSuite(
  name: string,
  open: (
    settings: CollectionSettings,
  ) => Promise<{ corpus: CorpusStore; reopen: () => Promise<CorpusStore> }>,
): void {
  describe(`corpus store '${name}'`, () => {
    const settings = testSettings(DIMENSIONS);
    let corpus: CorpusStore;
    let reopen: () => Promise<CorpusStore>;

    beforeEach(async () => {
      ({ corpus, reopen } = await open(settings));
    });
    afterEach(() => corpus.close());

    const add = (...ids: string[]) =>
      corpus.write(
        ids.map((id) => testDocument(id, { dimensions: DIMENSIONS })),
        { replaces: false },
      );
    const chunkIds = async (of: CorpusStore = corpus): Promise<string[]> =>
      (await all(of)).map(({ chunk }) => chunk.id).sort();

    it('is initially empty', async () => {
      expect(await all(corpus)).toEqual([]);
      expect(await corpus.stats()).toMatchObject({ documents: 0, chunks: 0 });
    });

    it('returns documents and chunks exactly as written', async () => {
      const written = testDocument('a', {
        dimensions: DIMENSIONS,
        metadata: { year: 2024, kind: 'note', deep: { list: [1, null, '한글'] } },
      });
      await corpus.write([written], { replaces: false });
      const found = (await all(corpus)).sort((left, right) => left.chunk.ordinal - right.chunk.ordinal);
      expect(found).toEqual(written.chunks);
      expect(await documents(corpus)).toEqual([(({ text: _, ...record }) => record)(written.document)]);
      expect(await corpus.documentText('a')).toBe(written.document.text);
    });

    it('keeps the text of documents with one chunk and with none', async () => {
      const whole = testDocument('whole', { chunks: 1, dimensions: DIMENSIONS });
      const empty = testDocument('empty', { chunks: 0, dimensions: DIMENSIONS });
      await corpus.write([whole, { ...empty, document: { ...empty.document, text: '  \n' } }], {
        replaces: false,
      });
      expect(await corpus.documentText('whole')).toBe(whole.document.text);
      expect(await corpus.documentText('empty')).toBe('  \n');
      expect(await corpus.documentText('missing')).toBeUndefined();
    });

    it('replaces all chunks of a document and keeps other documents', async () => {
      await add('a', 'b');
      await corpus.write([testDocument('a', { chunks: 3, dimensions: DIMENSIONS, tag: 'second' })], {
        replaces: true,
      });
      expect(await chunkIds()).toEqual(['a-second-0', 'a-second-1', 'a-second-2', 'b-first-0', 'b-first-1']);
      expect(await corpus.stats()).toMatchObject({ documents: 2, chunks: 5 });
    });

    it('has the same content after a write is repeated', async () => {
      await add('a');
      await add('a');
      expect(await chunkIds()).toEqual(['a-first-0', 'a-first-1']);
      expect(await corpus.stats()).toMatchObject({ documents: 1, chunks: 2 });
    });

    it('deletes documents with their chunks and ignores unknown ids', async () => {
      await add('a', 'b', "it's");
      await corpus.deleteDocuments(["it's", 'a', 'unknown']);
      expect(await chunkIds()).toEqual(['b-first-0', 'b-first-1']);
    });

    it('increases its version with every write', async () => {
      const before = await corpus.stats();
      await add('a');
      const after = await corpus.stats();
      expect(after.version).toBeGreaterThan(before.version);
    });

    it.each([1, 3])('returns each of %d chunks with the metadata of its document', async (chunks) => {
      const metadata = { kind: 'note', deep: { list: [1, null, '한글'] } };
      const written = testDocument('a', { chunks, dimensions: DIMENSIONS, metadata });
      await corpus.write([written, testDocument('b', { chunks, dimensions: DIMENSIONS })], {
        replaces: false,
      });
      const { id } = written.chunks[0]!.chunk;
      const found = [...(await all(corpus)), ...(await corpus.chunks([id]))];
      const own = found.filter(({ chunk }) => chunk.documentId === 'a');
      expect(own.map(({ chunk }) => chunk.metadata)).toEqual(Array(chunks + 1).fill(metadata));
      const others = found.filter(({ chunk }) => chunk.documentId === 'b');
      expect(others.map(({ chunk }) => chunk.metadata)).toEqual(
        testDocument('b', { chunks, dimensions: DIMENSIONS }).chunks.map(({ chunk }) => chunk.metadata),
      );
    });

    it('finds chunks by id, with and without vectors', async () => {
      await add('a', 'b');
      const [found, ...others] = await corpus.chunks(['b-first-1', 'unknown'], { withVectors: true });
      expect(others).toEqual([]);
      expect(found).toEqual(testDocument('b', { dimensions: DIMENSIONS }).chunks[1]);
      expect((await corpus.chunks(['b-first-1']))[0]).not.toHaveProperty('vector');
    });

    it('finds vectors by the hash of the searched text', async () => {
      await add('a');
      const { chunk, vector } = testDocument('a', { dimensions: DIMENSIONS }).chunks[0]!;
      const hash = textHash(searchedText(chunk));
      expect(await corpus.vectorsByTextHash([hash, textHash('unknown')])).toEqual(new Map([[hash, vector]]));
    });

    it('omits analysed terms from a scan if withTerms is false', async () => {
      await add('a');
      const terms = async (withTerms?: boolean): Promise<string[]> => {
        const found: string[] = [];
        const options = withTerms === undefined ? {} : { withTerms };
        for await (const batch of corpus.scan(options)) found.push(...batch.map((stored) => stored.terms));
        return found;
      };
      expect(await terms(false)).toEqual((await terms()).map(() => ''));
      expect((await terms()).every((column) => column.length > 0)).toBe(true);
    });

    it('scans one document in chunk order, in batches of at most the requested size', async () => {
      await corpus.write(
        [
          testDocument('long', { chunks: 7, dimensions: DIMENSIONS }),
          testDocument('other', { dimensions: DIMENSIONS }),
        ],
        { replaces: false },
      );
      const sizes: number[] = [];
      const ordinals: number[] = [];
      for await (const batch of corpus.scan({ documentId: 'long', batchSize: 3 })) {
        sizes.push(batch.length);
        ordinals.push(...batch.map(({ chunk }) => chunk.ordinal));
      }
      expect(ordinals).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
    });

    it('fails a scan with CANCELLED if its signal is aborted', async () => {
      await add('a');
      const scan = async () => {
        for await (const _ of corpus.scan({ signal: AbortSignal.abort() })) expect.unreachable();
      };
      await expect(scan()).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    it.each([
      ['of another dimension', new Float32Array(8).fill(0.5), 'DIMENSION_MISMATCH'],
      ['that is zero', new Float32Array(DIMENSIONS), 'INVALID_VECTOR'],
      ['with NaN', new Float32Array(DIMENSIONS).fill(Number.NaN), 'INVALID_VECTOR'],
      ['not of unit length', new Float32Array(DIMENSIONS).fill(3), 'INVALID_VECTOR'],
    ])('refuses a vector %s and writes nothing', async (_, vector, code) => {
      const bad = testDocument('bad', { chunks: 1, dimensions: DIMENSIONS });
      const write = corpus.write(
        [
          testDocument('good', { dimensions: DIMENSIONS }),
          { ...bad, chunks: [{ ...bad.chunks[0]!, vector }] },
        ],
        { replaces: false },
      );
      await expect(write).rejects.toBeInstanceOf(SragError);
      await expect(write).rejects.toMatchObject({ code });
      expect(await chunkIds()).toEqual([]);
    });

    it('accepts vectors of any norm except 0 if the metric is the inner product', async () => {
      const { corpus: dot } = await open(testSettings(DIMENSIONS, 'dot', 'dot'));
      const [long, zero] = ['long', 'zero'].map((id) =>
        testDocument(id, { chunks: 1, dimensions: DIMENSIONS }),
      );
      const withVector = (write: DocumentWrite, vector: Float32Array): DocumentWrite => ({
        ...write,
        chunks: [{ ...write.chunks[0]!, vector }],
      });
      const vector = new Float32Array(DIMENSIONS).fill(3);
      await dot.write([withVector(long!, vector)], { replaces: false });
      const [stored] = await dot.chunks(['long-first-0'], { withVectors: true });
      expect(stored?.vector).toEqual(vector);
      const bad = dot.write([withVector(zero!, new Float32Array(DIMENSIONS))], { replaces: false });
      await expect(bad).rejects.toMatchObject({ code: 'INVALID_VECTOR' });
      await dot.close();
    });

    it('keeps all content when it is compacted and reopened', async () => {
      await add('a');
      await add('b');
      await corpus.deleteDocuments(['a']);
      await corpus.compact();
      expect(await chunkIds()).toEqual(['b-first-0', 'b-first-1']);
      const again = await reopen();
      expect(await chunkIds(again)).toEqual(['b-first-0', 'b-first-1']);
      expect(await again.documentText('b')).toBe(testDocument('b').document.text);
    });

    it('loses and duplicates nothing if two writers write the same documents concurrently', async () => {
      const other = await reopen();
      const ids = Array.from({ length: 12 }, (_, index) => `doc${index}`);
      const write = async (store: CorpusStore, tag: string) => {
        for (const id of ids)
          await store.write([testDocument(id, { chunks: 3, dimensions: DIMENSIONS, tag })], {
            replaces: true,
          });
        await store.reconcile();
      };
      await Promise.all([write(corpus, 'mine'), write(other, 'yours')]);
      const stored = await all(corpus);
      const tags = new Map<string, Set<string>>();
      for (const { chunk } of stored)
        tags.set(chunk.documentId, (tags.get(chunk.documentId) ?? new Set()).add(chunk.id.split('-')[1]!));
      expect(stored).toHaveLength(36);
      expect([...tags.values()].every((set) => set.size === 1)).toBe(true);
      expect((await documents(corpus)).map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    it('is consistent after reconciliation if another writer inserted the same document first', async () => {
      const other = await reopen();
      const version = (tag: string) => [testDocument('late', { dimensions: DIMENSIONS, tag })];
      await other.write(version('yours'), { replaces: false });
      await corpus.write(version('mine'), { replaces: false });
      await corpus.reconcile();
      expect(await chunkIds()).toEqual(['late-mine-0', 'late-mine-1']);
      expect(await corpus.reconcile()).toBe(0);
    });

    it('is consistent after reconciliation if inserts of new documents with different content race', async () => {
      const other = await reopen();
      const write = async (store: CorpusStore, tag: string, chunks: number) => {
        await store.write(
          Array.from({ length: 6 }, (_, index) =>
            testDocument(`new${index}`, { chunks, dimensions: DIMENSIONS, tag }),
          ),
          { replaces: false },
        );
      };
      await Promise.all([write(corpus, 'mine', 2), write(other, 'yours', 4)]);
      await Promise.all([corpus.reconcile(), other.reconcile()]);
      const current = new Map((await documents(corpus)).map(({ id, chunkCount }) => [id, chunkCount]));
      const counts = new Map<string, number>();
      for (const { chunk } of await all(corpus))
        counts.set(chunk.documentId, (counts.get(chunk.documentId) ?? 0) + 1);
      expect(counts).toEqual(current);
    });
  });
}

async function all(corpus: CorpusStore): Promise<StoredChunk[]> {
  const found: StoredChunk[] = [];
  for await (const batch of corpus.scan({ withVectors: true })) found.push(...batch);
  return found;
}

async function documents(corpus: CorpusStore) {
  const found = [];
  for await (const batch of corpus.documents()) found.push(...batch);
  return found;
}
