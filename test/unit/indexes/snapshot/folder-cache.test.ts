import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SectionName } from '../../../../src/indexes/snapshot/format/sections.ts';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import { FolderCache } from '../../../../src/indexes/snapshot/reading/folder-cache.ts';
import { testVector } from '../../../support/chunks.ts';
import { type BuiltSnapshot, testSnapshot } from '../../../support/snapshot.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const BUILD = 'a'.repeat(32);
const SECTIONS = { codes: [4, 3], records: [5] } as unknown as ConstructorParameters<typeof FolderCache>[2];

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** Creates the folder of a build with one file, last used `ageSeconds` ago. */
async function someBuild(folder: string, name: string, sizeBytes: number, ageSeconds: number): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'records-0000.bin'), Buffer.alloc(sizeBytes));
  const used = new Date(Date.now() - 1_000 * ageSeconds);
  await utimes(join(folder, name), used, used);
}

const search = { vector: testVector(16, 3), text: 'river bridge', topK: 5 };
const CORPUS = { documents: 60, dimensions: 16 };
const openCached = ({ storage, prefix }: BuiltSnapshot, folder: string, folderBytes = 2 ** 20) =>
  openVersion(storage, prefix, { cache: { folder, folderBytes } });

function textOf(cache: FolderCache, section: SectionName, segment: number, offset: number, length: number) {
  const bytes = Buffer.alloc(length);
  return cache.read(section, segment, offset, bytes) ? bytes.toString() : undefined;
}

describe('FolderCache', () => {
  it('shares complete files between processes', async () => {
    const folder = await temporaryFolder();
    const [one, other] = [1, 2].map(() => new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS));
    await one!.write('codes', 1, pieces('a', 'bc'));
    expect(other!.has('codes', 1)).toBe(false);
    other!.adopt();
    expect(textOf(other!, 'codes', 1, 1, 2)).toBe('bc');
    expect([other!.has('codes', 0), textOf(other!, 'codes', 0, 0, 1)]).toEqual([false, undefined]);
    one!.close();
    other!.close();
  });

  it('ignores files of the wrong size and files still being written', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, BUILD));
    await writeFile(join(folder, BUILD, 'codes-0000.bin'), 'abc');
    await writeFile(join(folder, BUILD, 'codes-0001.bin.1234.part'), 'abc');
    const cache = new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS);
    expect(cache.isEmpty).toBe(true);
  });

  it('leaves no partial file behind when writing fails', async () => {
    const folder = await temporaryFolder();
    const cache = new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ab');
      throw new Error('gone');
    }
    await expect(cache.write('codes', 0, failing())).rejects.toThrow('gone');
    expect(await readdir(join(folder, BUILD))).toEqual([]);
  });

  it('removes old partial files of killed processes, but none that a process may still be writing', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, BUILD));
    const [old, young] = ['1234', '5678'].map((name) => join(folder, BUILD, `codes-0000.bin.${name}.part`));
    for (const path of [old!, young!]) await writeFile(path, 'a');
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1_000);
    await utimes(old!, longAgo, longAgo);
    const cache = new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS);
    await cache.write('records', 0, pieces('abcde'));
    expect((await readdir(join(folder, BUILD))).sort()).toEqual([
      'codes-0000.bin.5678.part',
      'records-0000.bin',
    ]);
    cache.close();
  });

  it('evicts the least recently used builds, and never removes anything else', async () => {
    const folder = await temporaryFolder();
    await someBuild(folder, '1'.repeat(32), 40, 300);
    await someBuild(folder, '2'.repeat(32), 40, 200);
    await someBuild(folder, '3'.repeat(32), 10, 100);
    const foreign = ['compile-cache', 'A'.repeat(32), '4'.repeat(31), '5'.repeat(33)];
    for (const name of foreign) await someBuild(folder, name, 1_000, 900);
    const cache = new FolderCache({ folder, sizeBytes: 100 }, BUILD, SECTIONS);
    expect(await cache.makeRoom(20)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual([...foreign, '2'.repeat(32), '3'.repeat(32)].sort());
    expect(await cache.makeRoom(101)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(foreign.sort());
  });

  it('never evicts the build that needs the space', async () => {
    const folder = await temporaryFolder();
    const cache = new FolderCache({ folder, sizeBytes: 8 }, BUILD, SECTIONS);
    await cache.write('records', 0, pieces('abcde'));
    expect(await cache.makeRoom(4)).toBe(false);
    expect(textOf(cache, 'records', 0, 0, 5)).toBe('abcde');
    cache.close();
  });

  it('can be filled by several readers concurrently; afterwards searches read only the header from the storage', async () => {
    const built = await testSnapshot(CORPUS);
    const folder = await temporaryFolder();
    const readers = await Promise.all([1, 2, 3].map(() => openCached(built, folder)));
    const reports = await Promise.all(readers.map((reader) => reader.hydrate()));
    expect(reports.map(({ left, vectorsInMemory }) => ({ left, vectorsInMemory }))).toEqual(
      reports.map(() => ({ left: [], vectorsInMemory: true })),
    );
    expect(
      (await readdir(join(folder, readers[0]!.header.buildId))).every((name) =>
        /^[a-z]+-\d{4}\.bin$/.test(name),
      ),
    ).toBe(true);
    built.storage.reads.length = 0;
    const late = await openCached(built, folder);
    for (const reader of [...readers, late]) expect((await reader.search(search)).hits).toHaveLength(5);
    expect(built.storage.reads).toEqual(['test/indexes/v1/header.bin']);
    for (const reader of [...readers, late]) reader.close();
  });

  it('keeps reading from its open files after another index has evicted them', async () => {
    const folder = await temporaryFolder();
    const [built, other] = [await testSnapshot(CORPUS), await testSnapshot({ ...CORPUS, seed: 2 })];
    const sizeBytes = built.manifest.build.sizeBytes!;
    const reader = await openCached(built, folder, sizeBytes);
    await reader.hydrate();
    const expected = (await reader.search(search)).hits;
    const pusher = await openCached(other, folder, sizeBytes);
    await pusher.hydrate();
    expect(await readdir(folder)).toEqual([pusher.header.buildId]);
    built.storage.reads.length = 0;
    expect((await reader.search(search)).hits).toEqual(expected);
    expect(built.storage.reads).toEqual([]);
    reader.close();
    pusher.close();
  });

  it('caches the small sections if there is not enough space for all, and reports the other sections', async () => {
    const built = await testSnapshot(CORPUS);
    const folder = await temporaryFolder();
    const reader = await openCached(built, folder, 12_000);
    const { left, cachedBytes, vectorsInMemory } = await reader.hydrate();
    expect(left).toContain('records');
    expect(left).not.toContain('codes');
    expect(cachedBytes).toBeLessThanOrEqual(12_000);
    expect(vectorsInMemory).toBe(false);
    const plain = await openVersion(built.storage, built.prefix);
    expect((await reader.search(search)).hits).toEqual((await plain.search(search)).hits);
    reader.close();
  });
});
