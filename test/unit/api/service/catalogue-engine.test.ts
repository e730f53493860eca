import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogueEngine } from '../../../../src/api/service/index.ts';
import { openLanceCorpus } from '../../../../src/corpus/lancedb/store.ts';
import { IndexCatalogue } from '../../../../src/indexes/index.ts';
import { openStorage } from '../../../../src/io/storage/index.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const REFRESH_MS = 10_000;
const QUERY = { text: 'passage', topK: 2 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Builds two index versions of the same two chunks: a published `lancedb-flat` and an unpublished `kind`. */
async function setUp(kind = 'snapshot') {
  const path = await temporaryFolder();
  const place = { location: { kind: 'file', path } } as const;
  const storage = await openStorage(place.location);
  const corpus = await openLanceCorpus({ ...place, prefix: 'test/corpus/' }, testSettings(0));
  await corpus.write([testDocument('d')], { replaces: false });
  const catalogue = new IndexCatalogue(storage, place, 'test');
  const flat = await catalogue.build(corpus, { kind: 'lancedb-flat' });
  const next = await catalogue.build(corpus, { kind });
  await corpus.close();
  await catalogue.publish(flat.version);
  const warn = vi.fn();
  return { path, catalogue, flat, next, warn, engine: catalogueEngine({ storage, place }) };
}

describe('an index opened by catalogueEngine', () => {
  it.each(['snapshot', 'lancedb-flat'])(
    'is replaced by a newly published %s for new requests only',
    async (kind) => {
      const { catalogue, flat, next, engine } = await setUp(kind);
      const index = await engine.open({ collection: 'test' });
      await catalogue.publish(next.version);
      vi.advanceTimersByTime(REFRESH_MS);
      const pinned = index.current!();
      await vi.waitFor(() => expect(index.manifest).toMatchObject({ kind, version: next.version }));
      expect(index.current!().manifest).toMatchObject({ kind, version: next.version });
      expect(pinned.manifest).toMatchObject({ kind: 'lancedb-flat', version: flat.version });
      for (const one of [pinned, index]) expect((await one.search(QUERY)).hits).toHaveLength(2);
      await index.close();
      await engine.close();
    },
  );

  it('stays open if no other version is published', async () => {
    const { engine } = await setUp();
    const index = await engine.open({ collection: 'test' });
    vi.advanceTimersByTime(REFRESH_MS);
    const opened = index.current!();
    await index.close();
    expect(index.current!()).toBe(opened);
    await engine.close();
  });

  it('is not replaced by a version of another kind if its kind was selected explicitly', async () => {
    const { catalogue, flat, next, engine } = await setUp();
    const index = await engine.open({ collection: 'test', index: 'lancedb-flat' });
    await catalogue.publish(next.version);
    vi.advanceTimersByTime(REFRESH_MS);
    index.current?.();
    // `close` waits until a running check for a new version has ended.
    await index.close();
    expect(index.manifest).toMatchObject({ kind: 'lancedb-flat', version: flat.version });
    await engine.close();
  });

  it('continues to answer, and causes one warning, if a newly published version cannot be opened', async () => {
    const { path, catalogue, flat, next, warn, engine } = await setUp();
    const index = await engine.open({ collection: 'test', warn });
    await catalogue.publish(next.version);
    await rm(join(path, 'test', 'indexes', next.version), { recursive: true });
    for (let check = 1; check <= 2; check++) {
      vi.advanceTimersByTime(REFRESH_MS);
      index.current!();
      await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
    }
    expect((await index.search(QUERY)).hits).toHaveLength(2);
    // `close` waits until the second check for a new version has ended.
    await index.close();
    expect(index.manifest).toMatchObject({ kind: 'lancedb-flat', version: flat.version });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[1].reason).toContain(next.version);
    await engine.close();
  });
});
