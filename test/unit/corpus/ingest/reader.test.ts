import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileReader, type IngestRequest, ingest } from '../../../../src/corpus/ingest/index.ts';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import { DEFAULT_CHUNKER } from '../../../../src/documents/chunking/index.ts';
import {
  DEFAULT_FIELD_MAP,
  DEFAULT_LIMITS,
  type LoadLimits,
  listFiles,
} from '../../../../src/documents/loaders/index.ts';
import { testSettings } from '../../../support/chunks.ts';

const settings = { ...testSettings(0), chunker: DEFAULT_CHUNKER };
let folder: string;
let corpus: MemoryCorpus;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-reader-'));
  corpus = new MemoryCorpus(settings);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Markdown of 4 MB, which takes several seconds to parse. */
const SLOW = '# Name\n\nWords of a paragraph with *marks* and a [link](b.md).\n\n'.repeat(60_000);
/** HTML with 400,000 nested lists, whose tree has millions of nodes. */
const LARGE = '<ul><li>x'.repeat(400_000);

const put = (name: string, content: string) => writeFile(join(folder, name), content);

async function run(limits: Partial<LoadLimits> = {}, change: Partial<IngestRequest> = {}) {
  const listing = await listFiles(['.'], { cwd: folder, projectRoot: folder });
  return ingest({
    corpus,
    settings,
    ...listing,
    embedder: undefined,
    vectors: undefined,
    limits: { ...DEFAULT_LIMITS, ...limits },
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

describe('FileReader', { timeout: 120_000 }, () => {
  it('reports a file that exceeds its processor time, with the limit and a remedy, and reads the others', async () => {
    await put('a.md', '# One\n\nfirst\n');
    await put('b.md', SLOW);
    await put('c.md', '# Three\n\nthird\n');
    const report = await run({ maxFileSeconds: 1 });
    expect(await ids()).toEqual(['a.md', 'c.md']);
    expect(report.failures).toEqual([
      {
        path: 'b.md',
        source: 'b.md',
        code: 'FILE_TOO_COSTLY',
        // The limit is one second per started mebibyte, and the file has four.
        message: 'Reading took more than 4 s of processor time.',
        remedy: 'Leave the file out (--exclude), split it, or raise limits.maxFileSeconds.',
      },
    ]);
  });

  it.each([
    ['is small', 'first\n'],
    ['takes too much memory', LARGE],
  ])('reads the next file after a prefetched first file that %s', async (_, content) => {
    await put('a.html', content);
    await put('b.md', '# Two\n\nsecond\n');
    const listing = await listFiles(['.'], { cwd: folder, projectRoot: folder });
    const reader = new FileReader(undefined);
    const limits = { ...DEFAULT_LIMITS, maxFileMemoryMb: 160 };
    const request = { limits, fieldMap: DEFAULT_FIELD_MAP, chunker: DEFAULT_CHUNKER, known: new Map() };
    reader.prefetch({ file: listing.files[0]!, hashes: true, ...request });
    const report = await run(limits, { reader, ...listing });
    const isLarge = content === LARGE;
    expect(report.failures.map(({ path, code }) => [path, code])).toEqual(
      isLarge ? [['a.html', 'FILE_TOO_COSTLY']] : [],
    );
    expect(await ids()).toEqual(isLarge ? ['b.md'] : ['a.html', 'b.md']);
  });

  it('discards prefetched data if another file is read first', async () => {
    await put('a.md', '# One\n\nfirst\n');
    await put('b.md', '# Two\n\nsecond\n');
    await run();
    await put('b.md', '# Two\n\nchanged\n');
    const listing = await listFiles(['.'], { cwd: folder, projectRoot: folder });
    const reader = new FileReader(undefined);
    const request = { limits: DEFAULT_LIMITS, fieldMap: DEFAULT_FIELD_MAP, chunker: DEFAULT_CHUNKER };
    reader.prefetch({ file: listing.files[0]!, known: new Map(), hashes: true, ...request });
    const report = await run({}, { reader, ...listing });
    expect(report.documents).toMatchObject({ unchanged: 1, updated: 1, failed: 0 });
    expect(await corpus.documentText('b.md')).toContain('changed');
  });

  it('reports a file that exceeds its memory limit, and reads the others', async () => {
    await put('a.html', LARGE);
    await put('b.md', '# Two\n\nsecond\n');
    const report = await run({ maxFileMemoryMb: 160 });
    expect(await ids()).toEqual(['b.md']);
    expect(report.failures).toMatchObject([
      {
        path: 'a.html',
        code: 'FILE_TOO_COSTLY',
        message: expect.stringMatching(/^Reading took more than \d+ MB of memory/),
        remedy: expect.stringContaining('limits.maxFileMemoryMb'),
      },
    ]);
  });

  it('can be cancelled while a parser blocks the event loop', async () => {
    await put('a.md', SLOW);
    const controller = new AbortController();
    const reading = run({ maxFileSeconds: 600 }, { signal: controller.signal });
    const outcome = reading.catch((error: unknown) => error);
    await sleep(1_500);
    const abortedMs = performance.now();
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - abortedMs).toBeLessThan(10_000);
  });

  it('keeps the records before a record that exceeds a limit, and reports the line of that record', async () => {
    const records = Array.from({ length: 3_000 }, (_, id) => ({
      _id: `${id}`,
      text: `word${id} `.repeat(30),
    }));
    const costly = { _id: 'costly', text: 'x. '.repeat(10_000_000) };
    const lines = [...records, costly, { _id: 'last', text: 'end' }].map((record) => JSON.stringify(record));
    await put('data.jsonl', lines.join('\n'));
    const report = await run({ maxFileSeconds: 0.05 });
    expect(report.failures).toMatchObject([{ path: 'data.jsonl:3001', code: 'FILE_TOO_COSTLY' }]);
    expect(report.failures[0]?.message).toContain('The records after it were not read.');
    expect(report.documents.added).toBe(3_000);
  });

  it('reads each file with its full memory limit, whatever the files before it used', async () => {
    await put('a.html', LARGE.slice(0, 500_000));
    await put('b.html', LARGE.slice(0, 500_000));
    await put('c.html', LARGE.slice(0, 500_000));
    expect((await run({ maxFileMemoryMb: 320 })).documents).toMatchObject({ added: 3, failed: 0 });
  });

  it('leaves no process behind', async () => {
    await put('a.md', '# One\n\nfirst\n');
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = processes();
    await run();
    await expect.poll(processes).toBe(before);
  });
});
