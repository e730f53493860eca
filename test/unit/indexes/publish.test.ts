import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IndexManifest } from '../../../src/indexes/port.ts';
import { publishVersion, readPublished, rollBack } from '../../../src/indexes/publish.ts';
import {
  deleteManifest,
  deleteObjects,
  listAbandoned,
  listVersions,
  newVersionId,
  readManifest,
  replaceManifest,
  writeManifest,
} from '../../../src/indexes/versions.ts';
import { type ObjectStorage, openStorage, type WriteCondition } from '../../../src/io/storage/index.ts';

const PREFIX = 'default/';
const noon = (): number => Date.UTC(2026, 10, 23, 12, 0, 0);
const kind = 'lancedb-flat';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const manifest = (version: string, changes: Partial<IndexManifest> = {}): IndexManifest => ({
  formatVersion: 1,
  version,
  kind,
  collection: {
    formatVersion: 1,
    name: 'default',
    embedder: 'none',
    dimensions: 0,
    metric: 'cosine',
    chunker: { version: 1, maxTokens: 512, overlapTokens: 0 },
    fields: { year: 'number' },
  },
  corpusVersion: 7,
  createdAt: '2026-11-23T12:00:00.000Z',
  chunks: 12,
  buildParameters: {},
  queryParameters: { nprobes: 4 },
  build: { durationMs: 5 },
  ...changes,
});

/** Forwards every call. If `lose` returns true, a write succeeds, but its call fails. */
function losing(storage: ObjectStorage, lose: () => boolean): ObjectStorage {
  return {
    location: storage.location,
    read: (key, options) => storage.read(key, options),
    list: (prefix) => storage.list(prefix),
    delete: (keys) => storage.delete(keys),
    close: () => storage.close(),
    async write(key: string, bytes: Uint8Array, condition?: WriteCondition) {
      const etag = await storage.write(key, bytes, condition);
      // The client retries after a lost response. The retry fails because the first attempt succeeded.
      if (lose()) await storage.write(key, bytes, condition);
      return etag;
    },
  };
}

describe('published versions', () => {
  let folder: string;
  let storage: ObjectStorage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-publish-'));
    storage = await openStorage({ kind: 'file', path: folder });
  });
  afterEach(() => rm(folder, { recursive: true }));
  const publish = (version: string, writer: string, on = storage) =>
    publishVersion(on, PREFIX, { version, kind }, { writer, now: noon });

  it('do not exist before the first publication', async () => {
    expect(await readPublished(storage, PREFIX)).toBeUndefined();
    await expect(rollBack(storage, PREFIX, { writer: 'w' })).rejects.toMatchObject({ code: 'NO_INDEX' });
  });

  it('are recorded in a pointer with a generation and the previous version', async () => {
    expect(await publish('v1', 'a')).toEqual({
      formatVersion: 1,
      generation: 1,
      writer: 'a',
      version: 'v1',
      kind,
      publishedAt: '2026-11-23T12:00:00.000Z',
    });
    await publish('v2', 'b');
    expect((await readPublished(storage, PREFIX))?.pointer).toMatchObject({
      generation: 2,
      version: 'v2',
      previous: { version: 'v1', kind },
    });
  });

  it('are rolled back by publishing the previous version; a second rollback undoes the first', async () => {
    await publish('v1', 'a');
    await publish('v2', 'b');
    expect(await rollBack(storage, PREFIX, { writer: 'c', now: noon })).toMatchObject({
      version: 'v1',
      generation: 3,
    });
    expect(await rollBack(storage, PREFIX, { writer: 'd', now: noon })).toMatchObject({
      version: 'v2',
      generation: 4,
    });
  });

  it('are distinguished by generation when a version is published again (v1, v2, v1)', async () => {
    await publish('v1', 'a');
    const seen = (await readPublished(storage, PREFIX)) ?? null;
    await publish('v2', 'b');
    await publish('v1', 'c');
    const late = publishVersion(storage, PREFIX, { version: 'v3', kind }, { writer: 'd', expected: seen });
    await expect(late).rejects.toMatchObject({
      code: 'PUBLISH_CONFLICT',
      fields: { published: 'v1', generation: 3 },
    });
    expect((await readPublished(storage, PREFIX))?.pointer.writer).toBe('c');
  });

  it('are set by exactly one of 20 concurrent publishers; the others get PUBLISH_CONFLICT', async () => {
    await publish('v0', 'start');
    const expected = (await readPublished(storage, PREFIX)) ?? null;
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        publishVersion(storage, PREFIX, { version: `v${index}`, kind }, { writer: `w${index}`, expected }),
      ),
    );
    const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.writer] : []));
    expect(won).toEqual([(await readPublished(storage, PREFIX))?.pointer.writer]);
    for (const one of all) if (one.status === 'rejected') expect(one.reason.code).toBe('PUBLISH_CONFLICT');
  });

  it('are recognised by their writer if the response to the write was lost', async () => {
    const pointer = await publish(
      'v1',
      'a',
      losing(storage, () => true),
    );
    expect(pointer).toEqual((await readPublished(storage, PREFIX))?.pointer);
  });

  it('are not read from a damaged pointer', async () => {
    for (const damage of ['', '{', '{"formatVersion": 2}', '{"formatVersion": 1, "version": ""}', '\ufffe']) {
      await storage.write(`${PREFIX}indexes/published.json`, text(damage));
      await expect(readPublished(storage, PREFIX)).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
      await expect(publish('v1', 'a')).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
    }
  });
});

describe('index versions', () => {
  let folder: string;
  let storage: ObjectStorage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-versions-'));
    storage = await openStorage({ kind: 'file', path: folder });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('have ids that contain their creation time', () => {
    expect(newVersionId(noon, () => 0.25)).toBe('20261123T120000-4000');
    expect(newVersionId(noon, () => 0)).toBe('20261123T120000-0000');
  });

  it('have manifests that round-trip and cannot be created twice', async () => {
    const validation = { queries: 50, topK: 10, recall: 0.99, worst: 0.9, minRecall: 0.95 };
    const written = manifest('v1', { validation, build: { durationMs: 5, sizeBytes: 100 } });
    await writeManifest(storage, PREFIX, written);
    expect(await readManifest(storage, PREFIX, 'v1')).toEqual(written);
    await expect(writeManifest(storage, PREFIX, written)).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    await replaceManifest(storage, PREFIX, manifest('v1'));
    expect(await readManifest(storage, PREFIX, 'v1')).toEqual(manifest('v1'));
  });

  it('are listed oldest first, excluding unfinished ones', async () => {
    await writeManifest(storage, PREFIX, manifest('b', { createdAt: '2026-11-24T00:00:00.000Z' }));
    await writeManifest(storage, PREFIX, manifest('c'));
    await writeManifest(storage, 'other/', manifest('d'));
    await storage.write(`${PREFIX}indexes/unfinished/data.bin`, text('x'));
    await storage.write(`${PREFIX}indexes/b/table/manifest.json`, text('not ours'));
    expect((await listVersions(storage, PREFIX)).map(({ version }) => version)).toEqual(['c', 'b']);
  });

  it('cause an error that suggests the nearest id if the requested id is unknown', async () => {
    await writeManifest(storage, PREFIX, manifest('20261123T120000-4000'));
    await expect(readManifest(storage, PREFIX, '20261123T120000-4001')).rejects.toMatchObject({
      code: 'UNKNOWN_INDEX_VERSION',
      remedy: expect.stringContaining('20261123T120000-4000'),
    });
    await expect(readManifest(storage, PREFIX, '../secret')).rejects.toMatchObject({
      code: 'UNKNOWN_INDEX_VERSION',
    });
  });

  it('with a damaged manifest are rejected, not read partially', async () => {
    for (const damage of ['', '[]', JSON.stringify({ ...manifest('v1'), chunks: -1 })]) {
      await storage.write(`${PREFIX}indexes/v1/manifest.json`, text(damage));
      await expect(readManifest(storage, PREFIX, 'v1')).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
    }
  });

  it('are deleted with all their objects', async () => {
    await writeManifest(storage, PREFIX, manifest('v1'));
    await writeManifest(storage, PREFIX, manifest('v10'));
    await storage.write(`${PREFIX}indexes/v1/data.bin`, text('x'));
    await deleteManifest(storage, PREFIX, 'v1');
    await deleteObjects(storage, PREFIX, 'v1');
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key);
    expect(keys).toEqual([`${PREFIX}indexes/v10/manifest.json`]);
  });

  it('count as abandoned if they still have no manifest a day after the build started', async () => {
    const day = 24 * 60 * 60 * 1_000;
    const [old, done, fresh] = [noon() - 2 * day, noon() - 2 * day, noon() - 60_000].map((time, index) =>
      newVersionId(
        () => time,
        () => index / 16,
      ),
    ) as [string, string, string];
    for (const id of [old, done, fresh])
      await storage.write(`${PREFIX}indexes/${id}/lexicon.bin`, text('part'));
    await writeManifest(storage, PREFIX, manifest(done));
    await storage.write(`${PREFIX}indexes/published.json`, text('{}'));
    expect(await listAbandoned(storage, PREFIX, noon)).toEqual([old]);
  });
});
