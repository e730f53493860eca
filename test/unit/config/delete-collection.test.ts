import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deleteCollection } from '../../../src/config/index.ts';
import { SragError } from '../../../src/core/index.ts';
import { ensureCollection, listCollections, readCollection } from '../../../src/corpus/index.ts';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { type ObjectStorage, openStorage } from '../../../src/io/storage/index.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';
import { seeded } from '../../support/seeded.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const settings = testSettings(0);

it('a killed deleteCollection leaves a usable collection or a clear error, and can be repeated', async () => {
  const folder = await temporaryFolder();
  const objects = await writeCollection(join(folder, 'whole'));
  const random = seeded(20_261_129);
  for (let deletions = 0; deletions < objects; deletions++) {
    const path = join(folder, `killed-${deletions}`);
    await cp(join(folder, 'whole'), path, { recursive: true });
    const storage = await openStorage({ kind: 'file', path });
    await expect(deleteCollection(dyingAfter(deletions, storage, random), 'test')).rejects.toThrow('killed');

    expect(await listCollections(storage)).toEqual(['test']);
    expect(await readCollection(storage, 'test')).toEqual(settings);
    expect(await corpusState(path)).toMatch(
      /^[012] documents$|^DAMAGED_STORE: .*srag collection delete test/,
    );
    await deleteCollection(storage, 'test');
    expect(await listCollections(storage)).toEqual([]);
  }
});

/** Creates a collection with a published pointer and three corpus versions; returns its object count. */
async function writeCollection(path: string): Promise<number> {
  const storage = await openStorage({ kind: 'file', path });
  await ensureCollection(storage, settings);
  const corpus = await openLanceCorpus(
    { location: { kind: 'file', path }, prefix: 'test/corpus/' },
    settings,
  );
  for (const id of ['a', 'b']) await corpus.write([testDocument(id)], { replaces: false });
  await corpus.close();
  await storage.write('test/indexes/published.json', new TextEncoder().encode('{}'));
  let objects = 0;
  for await (const _ of storage.list('test/')) objects++;
  return objects;
}

/** Returns a storage that deletes in random order and fails, as if killed, after `deletions` deletions. */
function dyingAfter(deletions: number, storage: ObjectStorage, random: () => number): ObjectStorage {
  let left = deletions;
  return {
    location: storage.location,
    read: (key, options) => storage.read(key, options),
    write: (key, bytes, condition) => storage.write(key, bytes, condition),
    list: (prefix, options) => storage.list(prefix, options),
    close: () => storage.close(),
    delete: async (keys) => {
      const shuffled = keys.map((key) => [random(), key] as const).sort(([a], [b]) => a - b);
      const done = shuffled.slice(0, left).map(([, key]) => key);
      left -= done.length;
      await storage.delete(done);
      if (done.length < keys.length) throw new Error('killed');
    },
  };
}

async function corpusState(path: string): Promise<string> {
  try {
    const place = { location: { kind: 'file' as const, path }, prefix: 'test/corpus/' };
    const corpus = await openLanceCorpus(place, settings);
    let documents = 0;
    for await (const batch of corpus.documents()) documents += batch.length;
    for await (const _ of corpus.scan()) void _;
    await corpus.close();
    return `${documents} documents`;
  } catch (error) {
    if (error instanceof SragError) return `${error.code}: ${error.remedy}`;
    throw error;
  }
}
