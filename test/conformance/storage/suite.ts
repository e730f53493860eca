import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, SragError } from '../../../src/core/index.ts';
import {
  type ListOptions,
  type ObjectInfo,
  type ObjectStorage,
  openStorage,
  type StoragePlace,
} from '../../../src/io/storage/index.ts';

const CHILD = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
const KILLS = 6;
/** Size in bytes of the objects that killed writers write; all their bytes are below OWN_BYTE. */
const WHOLE = 3_000_000;
const OWN_BYTE = 250;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const plain = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function failure(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return (error as SragError).code;
}

/** Returns all objects that a storage lists under a prefix. */
export async function listed(
  storage: ObjectStorage,
  prefix: string,
  options?: ListOptions,
): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for await (const object of storage.list(prefix, options)) found.push(object);
  return found;
}

async function keys(storage: ObjectStorage, prefix: string): Promise<string[]> {
  return (await listed(storage, prefix)).map(({ key }) => key);
}

function child(place: StoragePlace, ...words: string[]): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', CHILD, JSON.stringify(place), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/**
 * Reads an object of killed writers, which must be complete, and overwrites the version read. Retries once,
 * and only after a failed condition: a server that received the whole request of a killed writer may execute
 * it after the read.
 */
async function overwriteWhole(storage: ObjectStorage, key: string, byte: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { bytes, etag } = await storage.read(key);
    expect(bytes.length).toBe(WHOLE);
    expect(bytes.every((other) => other === bytes[0])).toBe(true);
    // A write whose condition failed must not have been applied.
    expect(bytes[0]).not.toBe(byte);
    try {
      await storage.write(key, new Uint8Array(WHOLE).fill(byte), { ifMatch: etag });
      return;
    } catch (error) {
      if (attempt === 2 || !(error instanceof SragError && error.code === 'CONDITION_FAILED')) throw error;
    }
  }
}

/** The contract of every object storage; `makePlace` returns an empty location. */
export function describeStorage(name: string, makePlace: () => Promise<StoragePlace>): void {
  describe(`object storage: ${name}`, () => {
    let place: StoragePlace;
    let storage: ObjectStorage;
    beforeAll(async () => {
      place = await makePlace();
      storage = await openStorage(place.location, place.s3);
    });
    afterAll(async () => storage?.close());

    it('lists nothing at an empty location', async () => {
      expect(await keys(storage, '')).toEqual([]);
      expect(await keys(storage, 'not/there/')).toEqual([]);
    });

    it('returns written bytes, with the ETag that the write returned', async () => {
      const etag = await storage.write('plain/one.txt', text('one'));
      const read = await storage.read('plain/one.txt');
      expect(plain(read.bytes)).toBe('one');
      expect(read.etag).toBe(etag);
    });

    it('stores empty objects, and keys with non-Latin letters', async () => {
      await storage.write('words/문서 하나.txt', new Uint8Array());
      expect((await storage.read('words/문서 하나.txt')).bytes.length).toBe(0);
      expect(await keys(storage, 'words/문')).toEqual(['words/문서 하나.txt']);
    });

    it('replaces an object completely, with a new ETag', async () => {
      const first = await storage.write('replaced', text('a longer text'));
      const second = await storage.write('replaced', text('short'));
      expect(second).not.toBe(first);
      expect(plain((await storage.read('replaced')).bytes)).toBe('short');
    });

    it('reports a missing object by its code, even if a folder has its name', async () => {
      await storage.write('folder/inside', text('x'));
      expect(await failure(storage.read('nothing'))).toBe('OBJECT_NOT_FOUND');
      expect(await failure(storage.read('folder'))).toBe('OBJECT_NOT_FOUND');
      expect(await failure(storage.read('folder/inside/deeper'))).toBe('OBJECT_NOT_FOUND');
    });

    it('reads ranges within an object and refuses others', async () => {
      const etag = await storage.write('ranges', text('0123456789'));
      const part = await storage.read('ranges', { range: { offset: 3, length: 4 } });
      expect(plain(part.bytes)).toBe('3456');
      expect(part.etag).toBe(etag);
      expect(plain((await storage.read('ranges', { range: { offset: 9, length: 1 } })).bytes)).toBe('9');
      for (const [offset, length] of [
        [8, 3],
        [10, 1],
        [50, 5],
        [-1, 2],
        [0, 0],
        [1.5, 2],
        [0, Number.NaN],
      ] as const) {
        expect(await failure(storage.read('ranges', { range: { offset, length } }))).toBe('INVALID_ARGUMENT');
      }
    });

    it('reads only the version selected by its ETag', async () => {
      const etag = await storage.write('versions', text('first'));
      expect(plain((await storage.read('versions', { ifMatch: etag })).bytes)).toBe('first');
      await storage.write('versions', text('second'));
      expect(await failure(storage.read('versions', { ifMatch: etag }))).toBe('CONDITION_FAILED');
      const range = { offset: 0, length: 2 };
      expect(await failure(storage.read('versions', { ifMatch: etag, range }))).toBe('CONDITION_FAILED');
      expect(plain((await storage.read('versions', { ifNoneMatch: etag })).bytes)).toBe('second');
      const { etag: current } = await storage.read('versions');
      expect(await failure(storage.read('versions', { ifNoneMatch: current }))).toBe('NOT_MODIFIED');
    });

    it('writes only if the object is absent, or unchanged since it was read', async () => {
      const etag = await storage.write('condition', text('1'), { ifNoneMatch: '*' });
      expect(await failure(storage.write('condition', text('2'), { ifNoneMatch: '*' }))).toBe(
        'CONDITION_FAILED',
      );
      const next = await storage.write('condition', text('3'), { ifMatch: etag });
      expect(await failure(storage.write('condition', text('4'), { ifMatch: etag }))).toBe(
        'CONDITION_FAILED',
      );
      expect(await failure(storage.write('absent', text('5'), { ifMatch: next }))).toBe('CONDITION_FAILED');
      expect(plain((await storage.read('condition')).bytes)).toBe('3');
      expect(await failure(storage.read('absent'))).toBe('OBJECT_NOT_FOUND');
    });

    it('lets exactly one of 20 racing writers create an object', async () => {
      for (let round = 0; round < 5; round++) {
        const key = `race/create-${round}`;
        const all = await Promise.allSettled(
          Array.from({ length: 20 }, (_, writer) =>
            storage.write(key, text(`writer ${writer}`), { ifNoneMatch: '*' }),
          ),
        );
        const won = all.flatMap((one, writer) => (one.status === 'fulfilled' ? [`writer ${writer}`] : []));
        expect(won).toEqual([plain((await storage.read(key)).bytes)]);
        for (const one of all)
          if (one.status === 'rejected') expect(one.reason.code).toBe('CONDITION_FAILED');
      }
    });

    it('lets exactly one of 20 racing writers replace a version', async () => {
      let etag = await storage.write('race/replace', text('start'));
      for (let round = 0; round < 5; round++) {
        const all = await Promise.allSettled(
          Array.from({ length: 20 }, (_, writer) =>
            storage.write('race/replace', text(`${round}/${writer}`), { ifMatch: etag }),
          ),
        );
        const won = all.flatMap((one, writer) => (one.status === 'fulfilled' ? [`${round}/${writer}`] : []));
        const now = await storage.read('race/replace');
        expect(won).toEqual([plain(now.bytes)]);
        etag = now.etag;
      }
    });

    it('loses no update if four processes count with conditional writes', async () => {
      const exits = await Promise.all(
        Array.from({ length: 4 }, () => once(child(place, 'count', 'race/counter', '25'), 'exit')),
      );
      expect(exits.map(([code]) => code)).toEqual([0, 0, 0, 0]);
      expect(plain((await storage.read('race/counter')).bytes)).toBe('100');
    });

    it('never exposes a partial object or keeps a lock if a writer is killed', async () => {
      const key = 'killed/object';
      for (let kill = 0; kill < KILLS; kill++) {
        const writer = child(place, 'alternate', key);
        await once(writer.stdout!, 'data');
        await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 60));
        const exit = once(writer, 'exit');
        writer.kill('SIGKILL');
        await exit;
        await overwriteWhole(storage, key, OWN_BYTE + kill);
        expect(await keys(storage, 'killed/')).toEqual([key]);
      }
    });

    it('lists several pages of keys in byte order, with sizes', async () => {
      const names = Array.from({ length: 1_203 }, (_, index) => `pages/${(index * 7919) % 1_203}.bin`);
      for (let start = 0; start < names.length; start += 32) {
        await Promise.all(names.slice(start, start + 32).map((key) => storage.write(key, text(key))));
      }
      const all = await listed(storage, 'pages/');
      expect(all.map(({ key }) => key)).toEqual([...names].sort());
      expect(all.every(({ key, sizeBytes }) => sizeBytes === key.length)).toBe(true);
      await storage.delete([...names, 'pages/never-there']);
      expect(await keys(storage, 'pages/')).toEqual([]);
    });

    it('lists the keys that start with any prefix, in the order of the keys', async () => {
      const names = [
        'order/a',
        'order/a-b',
        'order/a.b',
        'order/ab/1',
        'order/ab/2',
        'order/b/x/y',
        'order/é',
        'order/글',
      ];
      for (const key of [...names].reverse()) await storage.write(key, text('x'));
      expect(await keys(storage, 'order/')).toEqual(names);
      expect(await keys(storage, 'order/a')).toEqual(names.slice(0, 5));
      expect(await keys(storage, 'order/ab/')).toEqual(['order/ab/1', 'order/ab/2']);
      expect(await keys(storage, 'order/b/x')).toEqual(['order/b/x/y']);
    });

    it('lists each folder below the prefix as one entry if foldersAsOne is set', async () => {
      for (const key of ['folders/b/1', 'folders/b/2/3', 'folders/a', 'folders/b!', 'folders/c/1'])
        await storage.write(key, text('x'));
      const found = async (prefix: string): Promise<string[]> =>
        (await listed(storage, prefix, { foldersAsOne: true })).map(({ key }) => key);
      expect(await found('folders/')).toEqual(['folders/a', 'folders/b!', 'folders/b/', 'folders/c/']);
      expect(await found('folders/b')).toEqual(['folders/b!', 'folders/b/']);
      expect(await found('folders/b/')).toEqual(['folders/b/1', 'folders/b/2/']);
      expect(await found('folders/none')).toEqual([]);
    });

    it('sorts by whole keys, so that a! and a. come before the content of the folder a/', async () => {
      for (const key of ['sorted/a/z', 'sorted/a!', 'sorted/a.', 'sorted/a0'])
        await storage.write(key, text('x'));
      expect(await keys(storage, 'sorted/')).toEqual(['sorted/a!', 'sorted/a.', 'sorted/a/z', 'sorted/a0']);
    });

    it('deletes objects, and ignores missing ones', async () => {
      await storage.write('deleted/deep/one', text('x'));
      await storage.write('deleted/two', text('x'));
      await storage.delete(['deleted/deep/one', 'deleted/two', 'deleted/three', 'never/was']);
      expect(await keys(storage, 'deleted')).toEqual([]);
      await storage.write('deleted/deep', text('where a folder was'));
      expect(await keys(storage, 'deleted/')).toEqual(['deleted/deep']);
      await storage.delete([]);
    });

    it('writes a large object with a condition and reads any range of it', async () => {
      const bytes = new Uint8Array(17_500_000);
      for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 31 + (index >> 8)) & 0xff;
      const etag = await storage.write('large', bytes, { ifNoneMatch: '*' });
      const read = await storage.read('large');
      expect(read.etag).toBe(etag);
      expect(Buffer.compare(read.bytes, bytes)).toBe(0);
      const range = { offset: 8_388_600, length: 5_000 };
      expect(
        Buffer.compare((await storage.read('large', { range })).bytes, bytes.subarray(8_388_600, 8_393_600)),
      ).toBe(0);
      expect(await failure(storage.write('large', bytes, { ifNoneMatch: '*' }))).toBe('CONDITION_FAILED');
      const other = await storage.write('large', bytes.fill(7), { ifMatch: etag });
      expect(other).not.toBe(etag);
      expect(await failure(storage.write('large', bytes, { ifMatch: etag }))).toBe('CONDITION_FAILED');
      expect((await storage.read('large', { range: { offset: 0, length: 1 } })).etag).toBe(other);
    });

    it('refuses keys that could leave the location or be altered in transit', async () => {
      const bad = [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        './a',
        'a/.',
        'a\\b',
        'a\nb',
        `a/${'k'.repeat(256)}`,
        'a/\ud800',
      ];
      for (const key of bad) {
        expect(await failure(storage.read(key)), key).toBe('INVALID_ARGUMENT');
        expect(await failure(storage.write(key, text('x'))), key).toBe('INVALID_ARGUMENT');
        expect(await failure(storage.delete(['fine', key])), key).toBe('INVALID_ARGUMENT');
      }
      expect(await failure(keys(storage, '../'))).toBe('INVALID_ARGUMENT');
      await storage.write(`long/${'k'.repeat(255)}`, text('x'));
    });

    it('fails a read with CANCELLED if its signal is aborted', async () => {
      const signal = AbortSignal.abort();
      expect(await failure(storage.read('plain/one.txt', { signal }))).toBe('CANCELLED');
    });
  });
}
