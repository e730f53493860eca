import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IndexCatalogue } from '../../src/indexes/index.ts';
import { writeManifest } from '../../src/indexes/versions.ts';
import { type ObjectStorage, openStorage, type StoragePlace } from '../../src/io/storage/index.ts';
import { openSearcher, signedS3 } from '../../src/snapshot.ts';
import { testSettings, testVector } from '../support/chunks.ts';
import { buildInto, snapshotDocuments } from '../support/snapshot.ts';
import { freshS3Place, testS3 } from './environment.ts';

const PUBLISHERS = 10;
const ROUNDS = process.env.SRAG_SOAK === '1' ? 20 : 3;
const DIMENSIONS = 16;
const COLLECTION = 'test';
const versions = Array.from({ length: PUBLISHERS }, (_, index) => `v${index}`);
const query = { vector: testVector(DIMENSIONS, 3), topK: 3 };

describe('ten concurrent publishers of snapshots on S3', () => {
  let place: StoragePlace & { location: { bucket: string } };
  const storages: ObjectStorage[] = [];
  const catalogues: IndexCatalogue[] = [];

  beforeAll(async () => {
    place = await freshS3Place('');
    for (const _ of versions) {
      const storage = await openStorage(place.location, place.s3);
      storages.push(storage);
      catalogues.push(new IndexCatalogue(storage, place, COLLECTION));
    }
    for (const [seed, version] of versions.entries()) {
      const documents = snapshotDocuments({ documents: 20, dimensions: DIMENSIONS, seed });
      const { manifest } = await buildInto(storages[0]!, documents, testSettings(DIMENSIONS), {}, version);
      await writeManifest(storages[0]!, `${COLLECTION}/`, manifest);
    }
  });
  afterAll(async () => {
    for (const storage of storages) await storage.close();
  });

  /**
   * First answers of two new searchers: one does not prefetch the copy for cold starts, the other one does.
   */
  async function firstAnswers(): Promise<{ version: string; hits: string[] }[]> {
    const storage = signedS3({ ...testS3(), bucket: place.location.bucket });
    const answers: { version: string; hits: string[] }[] = [];
    for (const prefetch of [{}, { prefetch: 'vector' }] as const) {
      const searcher = await openSearcher({ storage, collection: COLLECTION, ...prefetch });
      const { hits } = await searcher.search(query);
      answers.push({ version: searcher.published.version, hits: hits.map(({ text }) => text) });
      await searcher.close();
    }
    await storage.close();
    return answers;
  }

  it('have one success per generation; the others fail with PUBLISH_CONFLICT and can still be published', async () => {
    let generation = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const ends = await Promise.allSettled(catalogues.map((own, index) => own.publish(versions[index]!)));
      const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
      won.sort((left, right) => left.generation - right.generation);
      expect(won.map((pointer) => pointer.generation)).toEqual(won.map((_, index) => generation + 1 + index));
      generation += won.length;
      for (const end of ends)
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'PUBLISH_CONFLICT' });
      expect(await catalogues[0]!.published()).toEqual(won.at(-1));
      expect((await catalogues[0]!.list()).map(({ version }) => version).sort()).toEqual(versions);
      const [plain, prefetched] = await firstAnswers();
      expect(plain!.version).toBe(won.at(-1)!.version);
      expect(prefetched).toEqual(plain);
    }
    for (const version of versions) {
      generation += 1;
      expect(await catalogues[0]!.publish(version)).toMatchObject({ version, generation });
      expect((await firstAnswers()).map((answer) => answer.version)).toEqual([version, version]);
    }
  });

  it('succeed with a warning if the copy for cold starts cannot be written', async () => {
    const [storage] = storages;
    const broken: ObjectStorage = {
      location: storage!.location,
      read: (key, options) => storage!.read(key, options),
      list: (prefix) => storage!.list(prefix),
      delete: (keys) => storage!.delete(keys),
      close: () => storage!.close(),
      write: (key, bytes, condition) => {
        if (key.endsWith('published-codes.bin')) throw new Error('no more');
        return storage!.write(key, bytes, condition);
      },
    };
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const pointer = await new IndexCatalogue(broken, place, COLLECTION, { warn }).publish('v3');
    expect(warnings).toEqual([
      'snapshot@v3 is published, but its copy for cold starts was not written: no more',
    ]);
    expect(await catalogues[1]!.published()).toEqual(pointer);
    const [plain, prefetched] = await firstAnswers();
    expect(plain!.version).toBe('v3');
    expect(prefetched).toEqual(plain);
  });
});
