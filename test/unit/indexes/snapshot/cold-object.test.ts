import { beforeEach, describe, expect, it } from 'vitest';
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

describe('the copy for cold starts', () => {
  it('holds the header, the directory and the codes of the version', async () => {
    await write(3, 'v1');
    const { generation, header, directory, scanned } = await copy();
    expect(generation).toBe(3);
    expect(await headerOf('v1')).toEqual(Buffer.from(header));
    const objects = storage.below('test/indexes/v1/');
    expect(objects.get('directory-0000.bin')).toEqual(new Uint8Array(directory));
    expect(objects.get('codes-0000.bin')).toEqual(new Uint8Array(scanned));
  });

  it('is replaced by that of a later publication, never by that of an older one or of the same', async () => {
    await write(2, 'v2');
    for (const generation of [1, 2]) {
      await write(generation, 'v1');
      expect(await headerOf('v2')).toEqual(Buffer.from((await copy()).header));
    }
    await write(3, 'v1');
    expect(await copy()).toMatchObject({ generation: 3 });
    expect(await headerOf('v1')).toEqual(Buffer.from((await copy()).header));
  });

  it('is left as the later publisher wrote it where two write at once, in any order', async () => {
    await Promise.all([write(5, 'v2'), write(4, 'v1')]);
    expect((await copy()).generation).toBe(5);
    await Promise.all([write(6, 'v1'), write(7, 'v2')]);
    expect((await copy()).generation).toBe(7);
    expect(await headerOf('v2')).toEqual(Buffer.from((await copy()).header));
  });

  it('replaces what is no copy', async () => {
    await storage.write(KEY, new Uint8Array(64).fill(255));
    await write(1, 'v1');
    expect((await copy()).generation).toBe(1);
  });
});
