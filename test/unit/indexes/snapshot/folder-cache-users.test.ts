import { chmod, chown, lchown, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import { FolderCache } from '../../../../src/indexes/snapshot/reading/folder-cache.ts';
import { isRoot, NOBODY } from '../../../support/other-user.ts';
import { testSnapshot } from '../../../support/snapshot.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const BUILD = 'a'.repeat(32);
const SECTIONS = { codes: [4] } as unknown as ConstructorParameters<typeof FolderCache>[2];
const open = (folder: string): FolderCache => new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS);

async function filled(): Promise<{ root: string; folder: string; file: string }> {
  const root = join(await temporaryFolder(), 'srag');
  const folder = join(root, BUILD);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'codes-0000.bin');
  await writeFile(file, 'abcd');
  return { root, folder, file };
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Whether a cache reads from the folder, and whether it may write to it. */
async function use(root: string): Promise<[boolean, boolean]> {
  const cache = open(root);
  const has = cache.has('codes', 0);
  const mayFill = await cache.makeRoom(1);
  cache.close();
  return [has, mayFill];
}

describe('a cache folder on a machine with other users', () => {
  it('is used if this user owns it, and is created with access for this user only', async () => {
    const { root } = await filled();
    expect(await use(root)).toEqual([true, true]);
    await rm(root, { recursive: true });
    const mask = process.umask(0);
    const cache = open(root);
    expect(await cache.makeRoom(4)).toBe(true);
    await cache.write('codes', 0, pieces('abcd'));
    cache.close();
    process.umask(mask);
    expect(await use(root)).toEqual([true, true]);
    for (const path of [root, join(root, BUILD)]) expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.getuid === undefined)('is not used if others may write to it', async () => {
    const { root, folder, file } = await filled();
    for (const path of [root, folder]) {
      for (const mode of [0o777, 0o1777, 0o775]) {
        await chmod(path, mode);
        expect(await use(root)).toEqual([false, false]);
      }
      await chmod(path, 0o755);
    }
    await chmod(file, 0o666);
    expect(await use(root)).toEqual([false, true]);
  });

  it('is not read through a link that replaced a file', async () => {
    const { root, file } = await filled();
    await rename(file, `${root}-elsewhere`);
    await symlink(`${root}-elsewhere`, file);
    expect(await use(root)).toEqual([false, true]);
  });

  it.skipIf(!isRoot)(
    'is not used if the folder, the build, a link to it or a file belongs to another user',
    async () => {
      for (const part of ['root', 'folder', 'file'] as const) {
        const made = await filled();
        await chown(made[part], NOBODY, NOBODY);
        expect(await use(made.root), part).toEqual([false, part === 'file']);
      }
      const { root } = await filled();
      await symlink(root, `${root}-link`);
      expect(await use(`${root}-link`)).toEqual([true, true]);
      await lchown(`${root}-link`, NOBODY, NOBODY);
      expect(await use(`${root}-link`)).toEqual([false, false]);
    },
  );

  it.skipIf(!isRoot)(
    'is ignored by a search if it belongs to another user; the search reads from the storage',
    async () => {
      const { storage, prefix } = await testSnapshot({ documents: 20, dimensions: 0 });
      const root = join(await temporaryFolder(), 'srag');
      await mkdir(root);
      await chown(root, NOBODY, NOBODY);
      const reader = await openVersion(storage, prefix, { cache: { folder: root } });
      expect((await reader.hydrate()).cachedBytes).toBe(0);
      expect((await reader.search({ text: 'river', topK: 3 })).hits.length).toBeGreaterThan(0);
      reader.close();
    },
  );

  it('is not used if it is a file', async () => {
    const path = join(await temporaryFolder(), 'srag');
    await writeFile(path, 'x');
    expect(await use(path)).toEqual([false, false]);
  });
});
