import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StorageUse } from '../../../../src/core/index.ts';
import { IndexCatalogue } from '../../../../src/indexes/index.ts';
import { publishVersion } from '../../../../src/indexes/publish.ts';
import { writeManifest } from '../../../../src/indexes/versions.ts';
import { type OpenSearcherOptions, openSearcher, type PublishedSearcher } from '../../../../src/snapshot.ts';
import { testSettings, testVector } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { seeded } from '../../../support/seeded.ts';
import { buildInto, snapshotDocuments } from '../../../support/snapshot.ts';

const DIMENSIONS = 16;
const COLLECTION = 'test';
const POINTER = 'test/indexes/published.json';
const COPY = 'test/indexes/published-codes.bin';
const REFRESH_MS = 10_000;
const query = { vector: testVector(DIMENSIONS, 3), topK: 3 };
const place = { location: { kind: 'file', path: '/nowhere' } } as const;

/** Two versions with different documents. */
const VERSIONS = {
  v1: snapshotDocuments({ documents: 40, dimensions: DIMENSIONS, seed: 1 }),
  v2: snapshotDocuments({ documents: 50, dimensions: DIMENSIONS, seed: 2 }).slice(10),
};

let built: ReadonlyMap<string, Uint8Array>;
let storage: MemoryStorage;
let catalogue: IndexCatalogue;
let nowMs: number;

const open = (options: Partial<OpenSearcherOptions> = {}): Promise<PublishedSearcher> =>
  openSearcher({ storage, collection: COLLECTION, now: () => nowMs, refreshAfterMs: REFRESH_MS, ...options });
const ids = async (searcher: PublishedSearcher): Promise<string[]> =>
  (await searcher.search(query)).hits.map(({ id }) => id);
/** Waits for the background work that searches started. */
const settled = async (searcher: PublishedSearcher): Promise<void> => {
  await searcher.refresh().catch(() => {});
};

beforeAll(async () => {
  const made = new MemoryStorage();
  for (const [version, documents] of Object.entries(VERSIONS)) {
    const { manifest } = await buildInto(made, documents, testSettings(DIMENSIONS), {}, version);
    await writeManifest(made, `${COLLECTION}/`, manifest);
  }
  built = made.below('');
});

beforeEach(async () => {
  storage = new MemoryStorage();
  for (const [key, bytes] of built) await storage.write(key, bytes);
  catalogue = new IndexCatalogue(storage, place, COLLECTION);
  nowMs = 1_000_000;
});

describe('PublishedSearcher', () => {
  it('reports if nothing is published, and if the published index has another kind', async () => {
    await expect(open()).rejects.toMatchObject({
      code: 'NO_INDEX',
      remedy: expect.stringContaining('srag index build'),
    });
    const other = { version: 'v9', kind: 'lancedb-flat' };
    await publishVersion(storage, `${COLLECTION}/`, other, { writer: 'w' });
    await expect(open()).rejects.toMatchObject({ code: 'UNSUPPORTED', fields: { kind: 'lancedb-flat' } });
  });

  it('names the missing object if the published version was deleted', async () => {
    await publishVersion(storage, `${COLLECTION}/`, { version: 'v8', kind: 'snapshot' }, { writer: 'w' });
    await expect(open()).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
      fields: { key: 'test/indexes/v8/header.bin' },
    });
  });

  it('opens with one read, which the trace of the first search includes', async () => {
    await catalogue.publish('v1');
    storage.reads.length = 0;
    const searcher = await open();
    expect(storage.reads).toEqual([POINTER]);
    const { trace } = await searcher.search(query);
    expect(trace.storage).toMatchObject({ reads: storage.reads.length, waves: 3 });
    expect((await searcher.search(query)).trace.storage).toMatchObject({ reads: 0, waves: 0 });
  });

  it('reads the cold-start copy in parallel with the pointer, so that the first search takes two waves', async () => {
    await catalogue.publish('v1');
    const plain = await ids(await open());
    storage.reads.length = 0;
    const searcher = await open({ prefetch: 'vector' });
    const { hits, trace } = await searcher.search(query);
    expect(hits.map(({ id }) => id)).toEqual(plain);
    expect(storage.reads.slice(0, 2).sort()).toEqual([COPY, POINTER]);
    expect(storage.reads.filter((key) => !key.includes('/v1/records'))).toHaveLength(2);
    expect(trace.storage?.waves).toBe(2);
  });

  it('requests the cold-start copy before the mode of the first search is known, and discards it for a lexical search', async () => {
    await catalogue.publish('v1');
    storage.reads.length = 0;
    const { promise, resolve } = Promise.withResolvers<'vector' | 'lexical'>();
    const opening = open({ prefetch: promise });
    await vi.waitFor(() => expect(storage.reads.slice(0, 2).sort()).toEqual([COPY, POINTER]));
    resolve('vector');
    const { trace } = await (await opening).search(query);
    expect(trace.storage?.waves).toBe(2);
    storage.reads.length = 0;
    const searcher = await open({ prefetch: Promise.resolve('lexical') });
    const { hits } = await searcher.search({ text: 'first', topK: 3 });
    expect(hits).toHaveLength(3);
    expect(storage.reads.filter((key) => key === COPY)).toHaveLength(1);
  });

  it('reads chunks by id in four waves, including the opening', async () => {
    await catalogue.publish('v1');
    const uses: StorageUse[] = [];
    const searcher = await open();
    const chunks = await searcher.chunks(
      ['d3-first-0', 'd7-first-1'],
      undefined,
      (use) => void uses.push(use),
    );
    expect(chunks.map(({ id }) => id)).toEqual(['d3-first-0', 'd7-first-1']);
    expect(uses).toMatchObject([{ waves: 4 }]);
  });

  it('works without the cold-start copy, or with an outdated or damaged one', async () => {
    await catalogue.publish('v1');
    const old = (await storage.read(COPY)).bytes;
    await catalogue.publish('v2');
    const right = await ids(await open());
    const { bytes } = await storage.read(COPY);
    const random = seeded(20261123);
    const wrong = Array.from({ length: 200 }, () => {
      const damaged = bytes.slice();
      damaged[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(8 * random());
      return random() < 0.2 ? damaged.slice(0, Math.floor(random() * bytes.length)) : damaged;
    });
    for (const copy of [old, new Uint8Array(0), ...wrong]) {
      await storage.write(COPY, copy);
      expect(await ids(await open({ prefetch: 'vector' }))).toEqual(right);
    }
    await storage.delete([COPY]);
    expect(await ids(await open({ prefetch: 'vector' }))).toEqual(right);
  });

  it('fails with a typed error or returns correct hits when the pointer is damaged', async () => {
    await catalogue.publish('v1');
    await catalogue.publish('v2');
    const right = await ids(await open());
    const { bytes } = await storage.read(POINTER);
    const random = seeded(20261123);
    const wrong: unknown[] = [];
    for (let round = 0; round < 400; round++) {
      const damaged = bytes.slice();
      const at = Math.floor(random() * (round % 2 === 0 ? bytes.length : 200));
      damaged[at]! ^= 1 << Math.floor(8 * random());
      await storage.write(POINTER, damaged);
      const answer = await open({ retry: { attempts: 1 } })
        .then(ids)
        .catch(({ name, code }) => ({ name, code }));
      const isTyped = 'name' in answer && answer.name === 'SragError';
      if (!isTyped && JSON.stringify(answer) !== JSON.stringify(right)) wrong.push({ at, answer });
    }
    expect(wrong).toEqual([]);
  });

  it('checks the pointer with a conditional read, in parallel with the first search after the refresh interval', async () => {
    await catalogue.publish('v1');
    const searcher = await open();
    await ids(searcher);
    storage.reads.length = 0;
    nowMs += REFRESH_MS - 1;
    await ids(searcher);
    expect(storage.reads).toEqual([]);
    nowMs += 1;
    await Promise.all([ids(searcher), ids(searcher), ids(searcher)]);
    await settled(searcher);
    // A check that finds no new version reads only the pointer.
    expect(new Set(storage.reads)).toEqual(new Set([POINTER]));
    storage.reads.length = 0;
    await ids(searcher);
    expect(storage.reads).toEqual([]);
  });

  it('uses a new version after the search that discovered it', async () => {
    await catalogue.publish('v1');
    const searcher = await open();
    const before = await ids(searcher);
    await catalogue.publish('v2');
    expect(await ids(searcher)).toEqual(before);
    nowMs += REFRESH_MS;
    expect(await ids(searcher)).toEqual(before);
    await settled(searcher);
    const after = await ids(searcher);
    expect(after).toEqual(await ids(await open()));
    expect(after).not.toEqual(before);
    expect(searcher.published).toMatchObject({ version: 'v2', generation: 2 });
  });

  it('follows the publications v1, v2, v1', async () => {
    await catalogue.publish('v1');
    const searcher = await open();
    const answers = [await ids(searcher)];
    for (const publish of [
      () => catalogue.publish('v2'),
      () => catalogue.rollBack(),
      () => catalogue.rollBack(),
    ]) {
      await publish();
      await searcher.refresh();
      answers.push(await ids(searcher));
    }
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[3]).toEqual(answers[1]);
    expect(answers[1]).not.toEqual(answers[0]);
    expect(searcher.published).toMatchObject({ version: 'v2', generation: 4 });
  });

  it('keeps using the open version while refreshing fails, and reports the error', async () => {
    await catalogue.publish('v1');
    const searcher = await open();
    const right = await ids(searcher);
    expect(searcher.refreshError).toBeUndefined();
    for (const [bytes, code] of [
      [Buffer.from('{'), 'DAMAGED_STORE'],
      [undefined, 'OBJECT_NOT_FOUND'],
    ] as const) {
      if (bytes === undefined) await storage.delete([POINTER]);
      else await storage.write(POINTER, bytes);
      nowMs += REFRESH_MS;
      expect(await ids(searcher)).toEqual(right);
      await settled(searcher);
      expect(await ids(searcher)).toEqual(right);
      expect(searcher.refreshError).toMatchObject({ code });
    }
    await catalogue.publish('v2');
    nowMs += REFRESH_MS;
    await ids(searcher);
    await settled(searcher);
    expect(searcher.refreshError).toBeUndefined();
    expect(searcher.published.version).toBe('v2');
    expect(await ids(searcher)).not.toEqual(right);
  });

  it('finishes searches of the old version that began before the new version was opened', async () => {
    await catalogue.publish('v1');
    const expected = await ids(await open());
    const searcher = await open();
    const underWay = Array.from({ length: 5 }, () => ids(searcher));
    await catalogue.publish('v2');
    await searcher.refresh();
    expect(await Promise.all(underWay)).toEqual(underWay.map(() => expected));
    await searcher.close();
  });
});
