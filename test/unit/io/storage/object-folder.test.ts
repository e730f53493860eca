import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ObjectFolder, openObjectFolder, type WalkOptions } from '../../../../src/io/storage/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

let folder: ObjectFolder;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function put(key: string, value = 'x'): Promise<void> {
  await folder.place(key, await folder.stage([text(value)]));
}

async function keys(prefix: string, options?: WalkOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of folder.list(prefix, options)) found.push(key);
  return found;
}

beforeEach(async () => {
  folder = await openObjectFolder(join(await temporaryFolder(), 'bucket'));
});

describe('a folder of objects', () => {
  it('resumes a listing after a key, and lists a folder below the prefix as one entry', async () => {
    for (const key of ['a', 'b/1', 'b/2/3', 'b!', 'c/1', 'd']) await put(key);
    await mkdir(join(folder.path, 'empty', 'folders'), { recursive: true });
    expect(await keys('')).toEqual(['a', 'b!', 'b/1', 'b/2/3', 'c/1', 'd']);
    expect(await keys('', { after: 'b/1' })).toEqual(['b/2/3', 'c/1', 'd']);
    expect(await keys('', { foldersAsOne: true })).toEqual(['a', 'b!', 'b/', 'c/', 'd']);
    expect(await keys('b/', { foldersAsOne: true })).toEqual(['b/1', 'b/2/']);
    expect(await keys('', { foldersAsOne: true, after: 'b/1' })).toEqual(['b/', 'c/', 'd']);
    expect(await keys('', { foldersAsOne: true, after: 'b/2/3' })).toEqual(['c/', 'd']);
  });

  it('returns the rest of the full listing after any key', async () => {
    const root = await temporaryFolder();
    let round = 0;
    const segment = fc.constantFrom('a', 'b', 'a-', 'a.', 'é', '글', '😀');
    const key = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 12 }), key, async (written, after) => {
        folder = await openObjectFolder(join(root, String(round++)));
        for (const one of written) await put(one).catch(() => undefined);
        const all = await keys('');
        const later = all.filter((one) => Buffer.compare(Buffer.from(one), Buffer.from(after)) > 0);
        expect(await keys('', { after })).toEqual(later);
        const grouped = [...new Set(all.map((one) => /^[^/]*\/?/.exec(one)![0]))];
        expect(await keys('', { foldersAsOne: true })).toEqual(grouped);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps an open object readable after it was replaced or deleted', async () => {
    for (const size of [10, 300_000]) {
      await put('versions', 'a'.repeat(size));
      const first = await folder.open('versions');
      await put('versions', 'b'.repeat(size));
      const second = await folder.open('versions');
      await folder.delete(['versions']);
      expect(first.etag).not.toBe(second.etag);
      expect(first.identity).not.toBe(second.identity);
      for (const [object, letter] of [
        [first, 'a'],
        [second, 'b'],
      ] as const) {
        const pieces: Uint8Array[] = [];
        for await (const piece of object.pieces({ offset: 1, length: size - 2 })) pieces.push(piece);
        expect(Buffer.concat(pieces).toString()).toBe(letter.repeat(size - 2));
        await object.close();
      }
    }
  });

  it('writes content in pieces and leaves no files of interrupted or discarded writes', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield text('the beginning');
      throw new Error('broken off');
    }
    await expect(folder.stage(breaking())).rejects.toThrow('broken off');
    await folder.discard(await folder.stage([text('a'), text('b')]));
    const placed = await folder.place('pieces', await folder.stage([text('a'), text('b')]));
    const object = await folder.open('pieces');
    expect(Buffer.from(await object.read()).toString()).toBe('ab');
    expect([object.etag, object.identity]).toEqual([placed.etag, placed.identity]);
    await object.close();
    expect(await readdir(join(folder.path, '.srag-writes'))).toEqual([]);
  });

  it('can be written again after it was deleted from outside', async () => {
    await put('before');
    await rm(folder.path, { recursive: true });
    expect(await keys('')).toEqual([]);
    await put('after');
    expect(await keys('')).toEqual(['after']);
  });
});
