import { describe, expect, it } from 'vitest';
import { vectorCheckpoint } from '../../../../src/config/vector-checkpoint.ts';
import { SragError } from '../../../../src/core/index.ts';
import { Batch, type PendingDocument } from '../../../../src/corpus/ingest/batch.ts';
import { ChunkEmbedder } from '../../../../src/corpus/ingest/embed-batch.ts';
import { EmbeddingProgress } from '../../../../src/corpus/ingest/embedding-progress.ts';
import { WriteQueue } from '../../../../src/corpus/ingest/write-queue.ts';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import type { Embedder } from '../../../../src/models/embedders/index.ts';
import { testSettings } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';

const SECONDS = 1_000;
const settings = { ...testSettings(2), embedder: 'test:2' };

/** A document with a given number of chunks. */
function documentOf(id: string, chunks = 1): PendingDocument {
  const text = Array.from({ length: chunks }, (_, index) => `${id} part ${index}`).join('\n');
  let start = 0;
  return {
    document: { id, source: id, title: '', text, metadata: {}, mediaType: 'text/plain', isRecord: false },
    chunks: text.split('\n').map((part, index) => {
      const from = start;
      start += part.length + 1;
      const place = { start: from, end: from + part.length };
      return { id: `${id}#${index}`, ...place, tokens: 3, headingPath: [], terms: part };
    }),
    contentHash: id,
    fileHash: '',
    isUpdate: false,
    vector: undefined,
  };
}

const batchOf = (documents: readonly PendingDocument[]): Batch => {
  const batch = new Batch(() => 0);
  for (const document of documents) batch.add(document);
  return batch;
};
const numbered = (count: number): PendingDocument[] =>
  Array.from({ length: count }, (_, index) => documentOf(`d${index}`));

/** A queue whose embedder accepts 4 texts per request and advances a fake clock by 3 seconds each time. */
function queueOf(onRequest: (request: number) => void = () => {}) {
  const abort = new AbortController();
  const corpus = new MemoryCorpus(settings);
  const commits: number[] = [];
  const write = corpus.write.bind(corpus);
  corpus.write = async (documents) => {
    if (documents.length > 0) commits.push(documents.length);
    await write(documents);
  };
  let nowMs = 0;
  const requested: string[] = [];
  const refused: string[] = [];
  let requests = 0;
  const embedder: Embedder = {
    ...{ id: 'test:2', dimensions: 2, semantic: true, batchSize: 4 },
    embedDocuments: async (texts) => {
      onRequest(++requests);
      if (abort.signal.aborted) throw new SragError('CANCELLED', 'Cancelled.');
      nowMs += 3 * SECONDS;
      requested.push(...texts);
      return { vectors: Float32Array.from(texts.flatMap(() => [1, 0])) };
    },
    embedQuery: async () => ({ vectors: Float32Array.of(1, 0) }),
  };
  const now = (): number => nowMs;
  const objects = new MemoryStorage();
  const kept = vectorCheckpoint(objects, settings);
  const progress = new EmbeddingProgress([], () => false, { now, onChange: () => {} });
  const make = () =>
    new WriteQueue({
      corpus,
      embedder: new ChunkEmbedder({ embedder, corpus, progress, signal: abort.signal, kept, now }),
      signal: abort.signal,
      now,
      onRefused: ({ document }) => refused.push(document.id),
    });
  return { make, abort, corpus, commits, requested, progress, kept, objects };
}

async function keysOf(storage: MemoryStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

const stored = async (corpus: MemoryCorpus): Promise<number> => (await corpus.stats()).documents;

describe('WriteQueue', () => {
  it('commits embedded documents every ten seconds, and the rest at the end of the batch', async () => {
    const { make, commits } = queueOf();
    const queue = make();
    await queue.add(batchOf(numbered(40)));
    await queue.ended();
    // The fourth request ends after 12 seconds. When the queue next reads the clock, 13 documents are embedded.
    expect(commits).toEqual([13, 16, 11]);
  });

  it('commits every embedded document when cancelled; the next run embeds only the others', async () => {
    const { make, abort, corpus, requested } = queueOf((request) => {
      if (request === 3) abort.abort();
    });
    const queue = make();
    await queue.add(batchOf(numbered(40)));
    await expect(queue.ended()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(requested).toHaveLength(8);
    expect(await stored(corpus)).toBe(8);
  });

  it('commits every embedded document when the service fails', async () => {
    const { make, corpus } = queueOf((request) => {
      if (request === 3) throw new SragError('EMBEDDER_FAILED', 'HTTP 500.');
    });
    const queue = make();
    await queue.add(batchOf(numbered(40)));
    await expect(queue.ended()).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    expect(await stored(corpus)).toBe(8);
    await expect(queue.add(batchOf(numbered(1)))).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
  });

  it('never commits partial documents', async () => {
    const { make, abort, corpus, commits } = queueOf((request) => {
      if (request === 12) abort.abort();
    });
    const queue = make();
    await queue.add(batchOf([documentOf('small'), documentOf('large', 60)]));
    await expect(queue.ended()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(commits).toEqual([1]);
    expect((await corpus.stats()).chunks).toBe(1);
  });

  it('counts all chunks with the same text as done when the first of them is done', async () => {
    const { make, progress, requested } = queueOf();
    const queue = make();
    const equal = documentOf('same', 3);
    const twin = { ...equal, document: { ...equal.document, id: 'twin' } };
    await queue.add(batchOf([equal, twin]));
    await queue.ended();
    expect(requested).toHaveLength(3);
    expect(progress.state.chunksDone).toBe(6);
  });
});

describe('a partially embedded large document', () => {
  it('has its vectors saved on cancellation; the next run embeds only the rest and deletes the saved vectors', async () => {
    const { make, abort, corpus, requested, kept, objects } = queueOf((request) => {
      if (request === 6) abort.abort();
    });
    const queue = make();
    await queue.add(batchOf([documentOf('large', 30)]));
    await expect(queue.ended()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await stored(corpus)).toBe(0);
    expect((await kept.read()).size).toBe(20);
    // Vectors are also saved every ten seconds in case the run is killed, here after the fourth request.
    expect(await keysOf(objects)).toHaveLength(2);

    const next = queueOf();
    for (const [hash, vector] of await kept.read()) await next.kept.keep(new Map([[hash, vector]]));
    const again = next.make();
    await again.add(batchOf([documentOf('large', 30)]));
    await again.ended();
    expect(next.requested).toHaveLength(10);
    expect([...requested, ...next.requested].length).toBe(30);
    expect(new Set([...requested, ...next.requested]).size).toBe(30);
    expect(await stored(next.corpus)).toBe(1);
    await next.kept.clear();
    expect((await next.kept.read()).size).toBe(0);
  });

  it('is embedded again if the saved vectors are damaged or from another embedder', async () => {
    const storage = new MemoryStorage();
    const mine = vectorCheckpoint(storage, settings);
    await mine.keep(new Map([['a', Float32Array.of(1, 2)]]));
    expect([...(await mine.read())]).toEqual([['a', Float32Array.of(1, 2)]]);
    expect((await vectorCheckpoint(storage, { ...settings, embedder: 'other:2' }).read()).size).toBe(0);
    for (const text of ['', 'x\n', '{"embedder": "test:2", "hashes": ["b"]}\nabc'])
      await storage.write('test/embedded/x', new TextEncoder().encode(text)).then(async () => {
        expect([...(await mine.read()).keys()]).toEqual(['a']);
      });
  });
});
