import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FIELD_MAP,
  DEFAULT_LIMITS,
  findProjectRoot,
  isDataset,
  type ListOptions,
  listFiles,
  loadFile,
  sourceOf,
} from '../../../../src/documents/loaders/index.ts';
import { temporaryFolder } from './load-all.ts';

async function folderOf(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  return folder;
}

/** Lists `paths`, relative to the folder, and returns the sources of the files found. */
async function found(root: string, paths: readonly string[] = ['docs'], options: Partial<ListOptions> = {}) {
  const listing = await listFiles(paths, { projectRoot: root, cwd: root, ...options });
  return listing.files.map(({ source }) => source);
}

describe('listFiles', () => {
  it('walks folders in sorted order and skips hidden files, node_modules and unknown formats', async () => {
    await using folder = await folderOf({
      'docs/b.md': 'b',
      'docs/a/z.TXT': 'z',
      'docs/a/k.png': 'k',
      'docs/.hidden/x.md': 'x',
      'docs/.x.md': 'x',
      'docs/node_modules/p/readme.md': 'p',
      'docs/data.jsonl.gz': 'g',
    });
    const listing = await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path });
    expect(listing.files.map(({ source, sizeBytes }) => [source, sizeBytes])).toEqual([
      ['docs/a/z.TXT', 1],
      ['docs/b.md', 1],
      ['docs/data.jsonl.gz', 1],
    ]);
    expect(listing).toMatchObject({
      failures: [],
      roots: ['docs/'],
      skipped: { ignored: 0, unknownFormat: 1 },
    });
    expect(await found(folder.path, ['docs'], { hidden: true })).toEqual([
      'docs/.hidden/x.md',
      'docs/.x.md',
      'docs/a/z.TXT',
      'docs/b.md',
      'docs/data.jsonl.gz',
    ]);
  });

  it('lists each file once, even if it is given several times', async () => {
    await using folder = await folderOf({ 'docs/a.md': 'a', 'docs/in/b.md': 'b' });
    expect(await found(folder.path, ['docs', 'docs/in', './docs/a.md', '.'])).toEqual([
      'docs/a.md',
      'docs/in/b.md',
    ]);
  });

  it('uses ./ as the name of the project root, and absolute paths as names of files outside it', async () => {
    await using folder = await folderOf({ 'project/a.md': 'a', 'b.md': 'b' });
    const projectRoot = join(folder.path, 'project');
    const listing = await listFiles(['.', '../b.md'], { projectRoot, cwd: projectRoot });
    expect(listing.roots).toEqual(['./', join(folder.path, 'b.md')]);
    expect(listing.files.map(({ source }) => source)).toEqual([join(folder.path, 'b.md'), 'a.md']);
  });

  it('applies .sragignore files as git applies .gitignore: nested, negated, from the project root down', async () => {
    await using folder = await folderOf({
      '.sragignore': '*.txt\ndocs/drafts/\n',
      'docs/.sragignore': '!keep.txt\n/old.md\n# comment\n',
      'docs/a.md': 'a',
      'docs/keep.txt': 'k',
      'docs/drop.txt': 'd',
      'docs/old.md': 'o',
      'docs/sub/old.md': 'o',
      'docs/drafts/x.md': 'x',
    });
    expect(await found(folder.path)).toEqual(['docs/a.md', 'docs/keep.txt', 'docs/sub/old.md']);
    expect(await found(folder.path, ['docs/drop.txt'])).toEqual(['docs/drop.txt']);
  });

  it.each([
    [{ include: ['*.md'] }, ['docs/a.md', 'docs/sub/b.md', 'docs/sub/deep/c.md']],
    [{ include: ['sub/*.md'] }, ['docs/sub/b.md']],
    [{ include: ['sub'] }, ['docs/sub/b.md', 'docs/sub/deep/c.md', 'docs/sub/t.txt']],
    [{ exclude: ['sub/**'] }, ['docs/a.md']],
    [{ exclude: ['deep'] }, ['docs/a.md', 'docs/sub/b.md', 'docs/sub/t.txt']],
    [{ include: ['**/*.md'], exclude: ['a.*'] }, ['docs/sub/b.md', 'docs/sub/deep/c.md']],
  ])('applies the globs %j', async (globs, sources) => {
    await using folder = await folderOf({
      'docs/a.md': 'a',
      'docs/sub/b.md': 'b',
      'docs/sub/t.txt': 't',
      'docs/sub/deep/c.md': 'c',
    });
    expect(await found(folder.path, ['docs'], globs)).toEqual(sources);
  });

  it('follows links without cycles and walks no folder twice', async () => {
    await using folder = await folderOf({ 'docs/in/a.md': 'a', 'shared/b.md': 'b' });
    await symlink(join(folder.path, 'docs'), join(folder.path, 'docs/in/up'));
    await symlink(join(folder.path, 'docs/in'), join(folder.path, 'docs/again'));
    await symlink(join(folder.path, 'shared'), join(folder.path, 'docs/shared'));
    expect(await found(folder.path, ['docs'], { followLinks: true })).toEqual([
      'docs/in/a.md',
      'docs/shared/b.md',
    ]);
  });

  it('skips and counts links that point out of the folder, unless followLinks is set', async () => {
    await using folder = await folderOf({
      'docs/in/a.md': 'a',
      'docs/b.md': 'b',
      'shared/c.md': 'c',
      'd.md': 'd',
    });
    await symlink(join(folder.path, 'docs/b.md'), join(folder.path, 'docs/in/inside.md'));
    await symlink(join(folder.path, 'd.md'), join(folder.path, 'docs/file.md'));
    await symlink('../../shared', join(folder.path, 'docs/in/folder'));
    await symlink('/etc', join(folder.path, 'docs/etc'));
    const listing = await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path });
    expect(listing.files.map(({ source }) => source)).toEqual([
      'docs/b.md',
      'docs/in/a.md',
      'docs/in/inside.md',
    ]);
    expect(listing.skipped).toMatchObject({ links: 3 });
    await rm(join(folder.path, 'docs/etc'));
    expect(await found(folder.path, ['docs'], { followLinks: true })).toEqual([
      'docs/b.md',
      'docs/file.md',
      'docs/in/a.md',
      'docs/in/folder/c.md',
      'docs/in/inside.md',
    ]);
  });

  it('never opens special files, and counts them', async () => {
    await using folder = await folderOf({ 'docs/a.md': 'a' });
    execFileSync('mkfifo', [join(folder.path, 'docs/pipe.md')]);
    const listing = await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path });
    expect(listing.files.map(({ source }) => source)).toEqual(['docs/a.md']);
    expect(listing.skipped).toMatchObject({ special: 1 });
    execFileSync('mkfifo', [join(folder.path, 'docs/.sragignore')]);
    const ignored = await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path }).catch(
      (error: unknown) => error,
    );
    expect(ignored).toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.each(['pipe.md', 'pipe.jsonl'])(
    'reports a failure, without blocking, for a file that became a FIFO after listing: %s',
    async (name) => {
      await using folder = await folderOf({});
      const path = join(folder.path, name);
      execFileSync('mkfifo', [path]);
      const file = { path, source: name, sizeBytes: 1, modifiedMs: 0 };
      for await (const event of loadFile(file, { limits: DEFAULT_LIMITS, fieldMap: DEFAULT_FIELD_MAP }))
        expect(event).toMatchObject({ kind: 'failure', failure: { code: 'FILE_UNREADABLE' } });
    },
  );

  it('reports a broken link as a failure and continues', async () => {
    await using folder = await folderOf({ 'docs/a.md': 'a' });
    await symlink('gone.md', join(folder.path, 'docs/link.md'));
    const listing = await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path });
    expect(listing.files).toHaveLength(1);
    expect(listing.failures).toEqual([
      expect.objectContaining({ path: 'docs/link.md', code: 'FILE_UNREADABLE', remedy: expect.any(String) }),
    ]);
  });

  it('fails for a file of unknown format that is given directly', async () => {
    await using folder = await folderOf({ 'a.png': 'x' });
    const listing = await listFiles(['a.png'], { projectRoot: folder.path, cwd: folder.path });
    expect(listing.files).toEqual([]);
    expect(listing.failures).toEqual([
      expect.objectContaining({
        path: 'a.png',
        code: 'UNSUPPORTED_FORMAT',
        remedy: expect.stringContaining('.md'),
      }),
    ]);
  });

  it('throws for a path that does not exist and for an empty glob', async () => {
    await using folder = await folderOf({ 'a.md': 'a' });
    const options = { projectRoot: folder.path, cwd: folder.path };
    await expect(listFiles(['nope'], options)).rejects.toMatchObject({
      code: 'PATH_NOT_FOUND',
      message: "There is no file or folder 'nope'.",
    });
    await expect(listFiles(['a.md'], { ...options, include: [' '] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('returns no files for an empty folder', async () => {
    await using folder = await temporaryFolder();
    expect(await found(folder.path, ['.'])).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    await using folder = await folderOf({ 'a.md': 'a' });
    await expect(found(folder.path, ['.'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('sources and project roots', () => {
  it('name files in NFC with slashes: relative to the project root, or by their absolute path outside it', () => {
    expect(sourceOf('/p/docs/cafe\u0301.md', '/p')).toBe('docs/café.md');
    expect(sourceOf('/p', '/p/')).toBe('.');
    expect(sourceOf('/p/..x/a.md', '/p')).toBe('..x/a.md');
    expect(sourceOf('/other/a.md', '/p')).toBe('/other/a.md');
  });

  it('find the nearest folder with a project file', async () => {
    await using folder = await folderOf({
      'package.json': '{}',
      'a/b/c.md': 'c',
      'a/x/srag.config.json': '{}',
    });
    expect(await findProjectRoot(join(folder.path, 'a/b'))).toBe(folder.path);
    expect(await findProjectRoot(join(folder.path, 'a/x'))).toBe(join(folder.path, 'a/x'));
  });

  it('distinguish datasets from documents by the file extension', () => {
    expect([isDataset('a.jsonl'), isDataset('A.JSONL.GZ'), isDataset('a.md'), isDataset('a.gz')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
