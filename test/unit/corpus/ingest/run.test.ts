import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentWrite } from '../../../../src/corpus/index.ts';
import {
  type DocumentVectors,
  type IngestReport,
  type IngestRequest,
  ingest,
} from '../../../../src/corpus/ingest/index.ts';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import { DEFAULT_CHUNKER } from '../../../../src/documents/chunking/index.ts';
import {
  DEFAULT_FIELD_MAP,
  DEFAULT_LIMITS,
  type LoadFailure,
  listFiles,
} from '../../../../src/documents/loaders/index.ts';
import { createEmbedder } from '../../../../src/models/embedders/index.ts';
import { testSettings } from '../../../support/chunks.ts';
import { startOpenAiServer } from '../../../support/openai-server.ts';

const settings = { ...testSettings(0), chunker: DEFAULT_CHUNKER };
let folder: string;
let corpus: MemoryCorpus;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-ingest-'));
  corpus = new MemoryCorpus(settings);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LARGE_METADATA = { ...DEFAULT_LIMITS, maxMetadataBytes: 10_000_000 };

const put = (name: string, lines: readonly object[]) =>
  writeFile(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

async function run(names: readonly string[], change: Partial<IngestRequest> = {}): Promise<IngestReport> {
  const listing = await listFiles(names, { cwd: folder, projectRoot: folder });
  return ingest({
    corpus,
    settings,
    ...listing,
    embedder: undefined,
    vectors: undefined,
    limits: DEFAULT_LIMITS,
    fieldMap: DEFAULT_FIELD_MAP,
    prune: true,
    dryRun: false,
    ...change,
  });
}

async function ids(): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of corpus.documents()) found.push(...batch.map(({ id }) => id));
  return found.sort();
}

describe('ingest', () => {
  it('keeps a record that moved to another file when the first file is ingested again', async () => {
    await put('a.jsonl', [
      { _id: 'x', text: 'one' },
      { _id: 'y', text: 'two' },
    ]);
    await run(['a.jsonl']);
    await put('b.jsonl', [{ _id: 'x', text: 'one' }]);
    await run(['b.jsonl']);
    await put('a.jsonl', [{ _id: 'y', text: 'two' }]);
    expect((await run(['a.jsonl'])).documents.removed).toBe(0);
    expect(await ids()).toEqual(['x', 'y']);
  });

  it.each(['big.jsonl', 'big.jsonl.gz'])('reports progress within %s', async (name) => {
    const text = (id: number): string => createHash('sha512').update(`${id}`).digest('base64').repeat(2);
    const lines = Array.from({ length: 8_000 }, (_, id) => JSON.stringify({ _id: `${id}`, text: text(id) }));
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    const shares: number[] = [];
    await run([name], { onProgress: ({ bytesDone, bytesTotal }) => shares.push(bytesDone / bytesTotal) });
    expect(shares).toEqual(shares.toSorted((left, right) => left - right));
    expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  it('removes nothing below a folder that could not be read', async () => {
    await writeFile(join(folder, 'a.md'), '# A\n\nText.');
    await run(['a.md']);
    const failure: LoadFailure = {
      path: '.',
      source: '.',
      code: 'FILE_UNREADABLE',
      message: 'Permission denied.',
    };
    const report = await run(['a.md'], { files: [], roots: ['./'], failures: [failure] });
    expect(report.documents).toMatchObject({ removed: 0, failed: 1 });
    expect(await ids()).toEqual(['a.md']);
  });

  it('reports a rejected record and stores the others', async () => {
    const deep = `{"_id":"deep","text":"t","m":${'['.repeat(60_000)}${']'.repeat(60_000)}}`;
    await writeFile(join(folder, 'r.jsonl'), `{"_id":"a","text":"one"}\n${deep}\n{"_id":"b","text":"two"}\n`);
    const report = await run(['r.jsonl']);
    expect(report.documents).toMatchObject({ added: 2, failed: 1 });
    expect(report.failures[0]).toMatchObject({ path: 'r.jsonl:2', code: 'FILE_TOO_COSTLY' });
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('stores changed precomputed vectors even if the texts are unchanged', async () => {
    corpus = new MemoryCorpus({ ...settings, embedder: 'precomputed:2', dimensions: 2 });
    const vectors = (...values: number[]): DocumentVectors => ({
      dimensions: 2,
      rows: 1,
      vector: () => Float32Array.from(values),
    });
    await put('v.jsonl', [{ _id: 'a', text: 'one' }]);
    await run(['v.jsonl'], { vectors: vectors(1, 0) });
    expect((await run(['v.jsonl'], { vectors: vectors(1, 0) })).documents).toMatchObject({ unchanged: 1 });
    expect((await run(['v.jsonl'], { vectors: vectors(0, 1) })).documents).toMatchObject({ updated: 1 });
    for await (const [stored] of corpus.scan({ withVectors: true }))
      expect(stored?.vector).toEqual(Float32Array.of(0, 1));
  });

  it('makes a record with only a title searchable', async () => {
    await put('t.jsonl', [{ _id: 't', title: 'Only a title', text: '' }]);
    expect(await run(['t.jsonl'])).toMatchObject({ documents: { added: 1 }, chunks: 1 });
    for await (const [stored] of corpus.scan())
      expect(stored).toMatchObject({ terms: 'titl', chunk: { text: '', start: 0, end: 0 } });
  });

  it('splits documents with large metadata into several writes, because metadata counts towards the batch size', async () => {
    const writes: number[] = [];
    const counting = Object.assign(corpus, {
      write: async (documents: readonly DocumentWrite[]) => {
        if (documents.length > 0) writes.push(documents.length);
      },
    });
    const note = 'x'.repeat(1_000_000);
    await put(
      'm.jsonl',
      Array.from({ length: 12 }, (_, index) => ({ _id: `${index}`, text: 'short', note })),
    );
    await run(['m.jsonl'], { corpus: counting, limits: LARGE_METADATA });
    expect(writes.length).toBeGreaterThan(1);
    expect(writes.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  it('reports a document that the embedder refuses, keeps its stored version and ingests the others', async () => {
    const withVectors = { ...settings, embedder: 'openai-compatible:small:8', dimensions: 8 };
    corpus = new MemoryCorpus(withVectors);
    const server = await startOpenAiServer();
    server.options.refused = (text) => text.includes('endless');
    const embedder = await createEmbedder('openai-compatible', {
      ...{ baseUrl: server.url, model: 'small', dimensions: 8 },
    });
    const change = { settings: withVectors, embedder };
    await put('r.jsonl', [{ _id: 'old', text: 'short' }]);
    await run(['r.jsonl'], change);
    await put('r.jsonl', [
      { _id: 'old', text: 'endless now' },
      { _id: 'new', text: 'endless' },
      ...Array.from({ length: 120 }, (_, id) => ({ _id: `${id}`, text: `text ${id}` })),
    ]);
    for (const added of [120, 0]) {
      const report = await run(['r.jsonl'], change);
      expect(report.documents).toEqual({ added, updated: 0, removed: 0, unchanged: 120 - added, failed: 2 });
      expect(report.chunks).toBe(added);
      expect(report.failures.map(({ documentId }) => documentId)).toEqual(['old', 'new']);
      expect(report.failures[0]).toMatchObject({
        ...{ source: 'r.jsonl', code: 'EMBEDDER_FAILED', upstream: expect.stringContaining('too long') },
        remedy: expect.stringContaining('--max-tokens'),
      });
    }
    expect(await ids()).toHaveLength(121);
    expect(await corpus.documentText('old')).toBe('short');
    await server.stop();
  });

  it('waits for the write in flight before it fails', async () => {
    const abort = new AbortController();
    let ended = false;
    const slow = Object.assign(corpus, {
      write: async () => {
        abort.abort();
        await new Promise((resolve) => setTimeout(resolve, 50));
        ended = true;
      },
    });
    const note = 'x'.repeat(5_000_000);
    await put(
      's.jsonl',
      Array.from({ length: 4 }, (_, index) => ({ _id: `${index}`, text: 'short', note })),
    );
    await expect(
      run(['s.jsonl'], { corpus: slow, limits: LARGE_METADATA, signal: abort.signal }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(ended).toBe(true);
  });
});
