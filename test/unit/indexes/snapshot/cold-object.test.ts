import { beforeEach, describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import type { PublishedPointer } from '../../../../src/indexes/pointer.ts';
import { COLD_KEY, decodeCold, writeColdObject } from '../../../../src/indexes/snapshot/cold-object.ts';
import { testSettings } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { buildInto, snapshotDocuments } from '../../../support/snapshot.ts';

const DIMENSIONS = 16;
const KEY = `test/${COLD_KEY}`;
let storage: MemoryStorage;

const write = (generation: number, version: string, to: MemoryStorage = storage): Promise<void> =>
  writeColdObject(to, 'test/', `test/indexes/${version}/`, { generation, version } as PublishedPointer);
const copy = async () => decodeCold((await storage.read(KEY)).bytes);
const headerOf = async (version: string) =>
  Buffer.from((await storage.read(`test/indexes/${version}/header.bin`)).bytes);

beforeEach(async () => {
  storage = new MemoryStorage();
  for (const [seed, version] of ['v1', 'v2'].entries()) {
    const writes = snapshotDocuments({ documents: 20, dimensions: DIMENSIONS, seed });
    await buildInto(storage, writes, testSettings(DIMENSIONS), {}, version);
  }
});

describe('the cold-start copy', () => {
  it('contains the header, the directory and the codes of the version', async () => {
    await write(3, 'v1');
    const { generation, header, directory, scanned } = await copy();
    expect(generation).toBe(3);
    expect(await headerOf('v1')).toEqual(Buffer.from(header));
    const objects = storage.below('test/indexes/v1/');
    expect(objects.get('directory-0000.bin')).toEqual(new Uint8Array(directory));
    expect(objects.get('codes-0000.bin')).toEqual(new Uint8Array(scanned));
  });

  it('is replaced by a later publication, but never by an earlier one or by the same one', async () => {
    await write(2, 'v2');
    for (const generation of [1, 2]) {
      await write(generation, 'v1');
      expect(await headerOf('v2')).toEqual(Buffer.from((await copy()).header));
    }
    await write(3, 'v1');
    expect(await copy()).toMatchObject({ generation: 3 });
    expect(await headerOf('v1')).toEqual(Buffer.from((await copy()).header));
  });

  it('contains the later publication after two concurrent publishers have written in any order', async () => {
    await Promise.all([write(5, 'v2'), write(4, 'v1')]);
    expect((await copy()).generation).toBe(5);
    await Promise.all([write(6, 'v1'), write(7, 'v2')]);
    expect((await copy()).generation).toBe(7);
    expect(await headerOf('v2')).toEqual(Buffer.from((await copy()).header));
  });

  it('replaces an object that is stored under its key but is not a cold-start copy', async () => {
    await storage.write(KEY, new Uint8Array(64).fill(255));
    await write(1, 'v1');
    expect((await copy()).generation).toBe(1);
  });

  it('replaces an earlier publication that was written meanwhile, but not a later one', async () => {
    for (const [generation, last] of [
      [4, 5],
      [6, 6],
    ] as const) {
      await storage.delete([KEY]);
      const write1 = storage.write.bind(storage);
      let isFirst = true;
      storage.write = async (...words) => {
        if (!isFirst) return write1(...words);
        isFirst = false;
        await write(5, 'v2');
        return write1(...words);
      };
      await write(generation, 'v1');
      expect((await copy()).generation).toBe(last);
      storage.write = write1;
    }
  });

  it('propagates storage errors', async () => {
    const failing = new MemoryStorage();
    for (const [key, bytes] of storage.below('')) await failing.write(key, bytes);
    failing.write = async () => {
      throw new SragError('ACCESS_DENIED', 'No.');
    };
    await expect(write(1, 'v1', failing)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('is rejected if it is truncated, lacks its magic number, or has a changed byte after its head', async () => {
    await write(1, 'v1');
    const { bytes } = await storage.read(KEY);
    const damaged = (change: (copied: Uint8Array) => Uint8Array, problem: string) =>
      expect(() => decodeCold(change(Uint8Array.from(bytes)))).toThrow(
        expect.objectContaining({
          code: 'DAMAGED_STORE',
          message: expect.stringMatching(new RegExp(`the copy for cold starts.*${problem}`)),
        }),
      );
    const flipped = (at: number) => (copied: Uint8Array) => {
      copied[at]! ^= 1;
      return copied;
    };
    for (const length of [0, 8, 27])
      damaged((copied) => copied.slice(0, length), 'begin with its magic bytes');
    for (const at of [0, 7]) damaged(flipped(at), 'begin with its magic bytes');
    damaged((copied) => copied.slice(0, -1), 'not have its stated length');
    damaged(flipped(12), 'not have its stated length');
    for (const at of [24, 28, bytes.length - 1]) damaged(flipped(at), 'match its checksum');
  });
});
