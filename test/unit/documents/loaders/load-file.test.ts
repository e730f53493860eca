import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FIELD_MAP,
  DEFAULT_LIMITS,
  EXTENSIONS,
  LOADER_NAMES,
  LOADERS,
  loadFile,
} from '../../../../src/documents/loaders/index.ts';
import { documentOf, eventsOf, failureOf, temporaryFolder } from './load-all.ts';

const options = { limits: DEFAULT_LIMITS, fieldMap: DEFAULT_FIELD_MAP };

async function firstEvent(path: string, sizeBytes = 1) {
  for await (const event of loadFile({ path, source: 'a', sizeBytes, modifiedMs: 0 }, options)) return event;
  return undefined;
}

describe('loadFile', () => {
  it.each(EXTENSIONS)('reports an empty %s file', async (extension) => {
    expect(await failureOf(`a${extension}`, '')).toMatchObject({
      path: `a${extension}`,
      code: 'FILE_EMPTY',
      remedy: expect.any(String),
    });
  });

  it.each(['.md', '.html', '.txt', '.pdf', '.docx'])(
    'reports the size of a %s file over the limit',
    async (extension) => {
      expect(
        await failureOf(`a${extension}`, 'x'.repeat(3_000), { limits: { maxFileBytes: 2_048 } }),
      ).toMatchObject({
        code: 'FILE_TOO_LARGE',
        message: 'The file is 2.9 KiB; the limit is 2.0 KiB.',
        remedy: expect.stringContaining('limits.maxFileBytes'),
      });
    },
  );

  it.each(['.md', '.html', '.txt', '.jsonl', '.jsonl.gz', '.pdf', '.docx'])(
    'yields a failure for a %s file that is missing or a folder',
    async (extension) => {
      await using folder = await temporaryFolder();
      const gone = await firstEvent(join(folder.path, `gone${extension}`));
      expect(gone).toMatchObject({ kind: 'failure', failure: { code: 'FILE_UNREADABLE', path: 'a' } });
    },
  );

  it('reads plain text with the file name as title', async () => {
    expect(await documentOf('My notes.txt', 'One.\n\nTwo.')).toMatchObject({
      id: 'My notes.txt',
      title: 'My notes',
      text: 'One.\n\nTwo.',
      blocks: [],
    });
  });

  it('yields a failure for an unknown format', async () => {
    expect(await failureOf('a.xyz', 'text')).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  });

  it.each(['a.md', 'a.jsonl', 'a.jsonl.gz', 'a.pdf'])('throws only when cancelled: %s', async (name) => {
    await expect(eventsOf(name, 'x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('stops within a dataset when cancelled', async () => {
    const abort = new AbortController();
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.jsonl');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      path,
      Array.from({ length: 50_000 }, (_, id) => JSON.stringify({ _id: id, text: 'some text' })).join('\n'),
    );
    const read = async () => {
      for await (const _ of loadFile(
        { path, source: 'a', sizeBytes: 1, modifiedMs: 0 },
        { ...options, signal: abort.signal },
      ))
        abort.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the registry of loaders', () => {
  it('has one entry per folder, and each returns a loader of that name', async () => {
    const folders = readdirSync('src/documents/loaders', { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect([...LOADER_NAMES].sort()).toEqual(folders.map(({ name }) => name).sort());
    for (const name of LOADER_NAMES) expect((await LOADERS[name]()).name).toBe(name);
  });
});
