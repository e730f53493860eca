import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CorpusStore } from '../../../src/corpus/index.ts';
import { MemoryCorpus } from '../../../src/corpus/memory/store.ts';
import { IndexCatalogue } from '../../../src/indexes/index.ts';
import { UnitChecksum } from '../../../src/indexes/snapshot/format/checksum.ts';
import { parseHeader } from '../../../src/indexes/snapshot/format/header.ts';
import { sealOf } from '../../../src/indexes/snapshot/format/seal.ts';
import { openSearcher, type SigningKeySource, signingKey } from '../../../src/snapshot.ts';
import { testSettings, testVector } from '../../support/chunks.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';
import { snapshotDocuments } from '../../support/snapshot.ts';

const DIMENSIONS = 16;
const KEY = signingKey('a'.repeat(32));
const OTHER = signingKey('b'.repeat(32));
const POINTER = 'test/indexes/published.json';
const COPY = 'test/indexes/published-codes.bin';
const place = { location: { kind: 'file', path: '/nowhere' } } as const;
const query = { vector: testVector(DIMENSIONS, 3), text: 'river bridge', topK: 3 };

let storage: MemoryStorage;
let corpus: CorpusStore;

const catalogueWith = (signing?: SigningKeySource): IndexCatalogue =>
  new IndexCatalogue(storage, place, 'test', { signing });
async function publishWith(signing?: SigningKeySource): Promise<string> {
  const { version } = await catalogueWith(signing).build(corpus, { kind: 'snapshot' });
  await catalogueWith(signing).publish(version);
  return version;
}
const open = (signing?: SigningKeySource) =>
  openSearcher({ storage, collection: 'test', signing, prefetch: 'hybrid', retry: { attempts: 1 } });
const ids = async (signing?: SigningKeySource): Promise<string[]> => {
  const searcher = await open(signing);
  return (await searcher.search(query)).hits.map(({ id }) => id);
};
const bytesOf = async (key: string): Promise<Uint8Array> => (await storage.read(key)).bytes;
const pointerOf = async () => JSON.parse(new TextDecoder().decode(await bytesOf(POINTER)));
const putPointer = (pointer: object) => storage.write(POINTER, Buffer.from(JSON.stringify(pointer)));

beforeEach(async () => {
  storage = new MemoryStorage();
  const memory = new MemoryCorpus(testSettings(DIMENSIONS));
  await memory.write(snapshotDocuments({ documents: 40, dimensions: DIMENSIONS }));
  corpus = memory;
});

describe('a signed index version', () => {
  it('returns the same hits as an unsigned one, with the same number of reads', async () => {
    await publishWith();
    const plain = await ids();
    const reads = storage.reads.length;
    const countReads = async (signing?: SigningKeySource): Promise<number> => {
      const before = storage.reads.length;
      expect(await ids(signing)).toEqual(plain);
      return storage.reads.length - before;
    };
    expect(reads).toBeGreaterThan(0);
    const unsignedReads = await countReads();
    await publishWith(KEY);
    expect(await countReads(KEY)).toBe(unsignedReads);
  });

  it('is rejected by readers with another key or no key; readers with a key reject unsigned versions', async () => {
    const version = await publishWith(KEY);
    await expect(open(OTHER)).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
    await expect(open()).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_KEY_MISSING' });
    const manifest = await catalogueWith().find(`snapshot@${version}`);
    await expect(catalogueWith(OTHER).open(manifest)).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_INVALID',
    });
    await expect(catalogueWith().open(manifest)).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_KEY_MISSING',
    });
    const plain = await publishWith();
    await expect(open(KEY)).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_MISSING' });
    await expect(catalogueWith(KEY).find()).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_MISSING' });
    await expect(catalogueWith(KEY).publish(plain)).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_MISSING',
    });
    await expect(
      catalogueWith(KEY).open(await catalogueWith().find(`snapshot@${plain}`)),
    ).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_MISSING',
    });
  });

  it.each(['version', 'kind', 'generation', 'publishedAt', 'previous', 'opening'])(
    'is not opened if the %s of its pointer was changed',
    async (field) => {
      const first = await publishWith(KEY);
      await publishWith(KEY);
      const pointer = await pointerOf();
      const changes = {
        version: first,
        kind: 'lancedb-flat',
        generation: 9,
        publishedAt: '2020',
        previous: undefined,
      };
      await putPointer({
        ...pointer,
        [field]: field === 'opening' ? undefined : changes[field as keyof typeof changes],
      });
      await expect(open(KEY)).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
    },
  );

  it('cannot be used in place of another version or by another collection', async () => {
    const first = await publishWith(KEY);
    const second = await publishWith(KEY);
    const header = await bytesOf(`test/indexes/${first}/header.bin`);
    await storage.write(`test/indexes/${second}/header.bin`, header);
    const manifest = await catalogueWith().find(`snapshot@${second}`);
    await expect(catalogueWith(KEY).open(manifest)).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_INVALID',
    });
    for (const [key, bytes] of storage.below('test/')) await storage.write(`else/${key}`, bytes);
    await expect(openSearcher({ storage, collection: 'else', signing: KEY })).rejects.toMatchObject({
      code: 'INDEX_SIGNATURE_INVALID',
    });
  });

  it('is rejected if a unit was changed and its checksum recomputed', async () => {
    const version = await publishWith(KEY);
    const prefix = `test/indexes/${version}/`;
    const { header, mean, symbols } = parseHeader(await bytesOf(`${prefix}header.bin`));
    const checksum = new UnitChecksum(sealOf(header, mean, symbols), 'lengths');
    const lengths = await bytesOf(`${prefix}lengths-0000.bin`);
    lengths[5]! ^= 1;
    new DataView(lengths.buffer).setUint32(0, checksum.of(0, lengths.subarray(4)), true);
    await storage.write(`${prefix}lengths-0000.bin`, lengths);
    await expect(ids(KEY)).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
  });

  it('returns correct hits if the cold-start copy was changed and its checksum recomputed', async () => {
    await publishWith(KEY);
    const right = await ids(KEY);
    const copy = await bytesOf(COPY);
    copy.fill(0x55, copy.length - 2_000);
    new DataView(copy.buffer).setUint32(24, crc32(copy.subarray(28)), true);
    await storage.write(COPY, copy);
    expect(await ids(KEY)).toEqual(right);
  });

  it('is kept by a running searcher when an older signed pointer replaces the current one', async () => {
    await publishWith(KEY);
    const old = await bytesOf(POINTER);
    const version = await publishWith(KEY);
    const searcher = await open(KEY);
    await storage.write(POINTER, old);
    await expect(searcher.refresh()).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
    expect(searcher.published.version).toBe(version);
  });

  it('can be restored by a rollback, and requires a strong key and a kind that supports signing', async () => {
    const first = await publishWith(KEY);
    await publishWith(KEY);
    await catalogueWith(KEY).rollBack();
    expect((await open(KEY)).published.version).toBe(first);
    await expect(catalogueWith(KEY).build(corpus, { kind: 'lancedb-flat' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(() => signingKey('undefined')).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });
});
