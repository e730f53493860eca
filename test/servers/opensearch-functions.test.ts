import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Engine, snapshotEngine } from '../../src/api/service/index.ts';
import type { IndexCatalogue } from '../../src/indexes/index.ts';
import { fileStorage } from '../../src/snapshot.ts';
import { testDocument, testSettings } from '../support/chunks.ts';
import { type OpenSearchPlace, openSearchPlace } from './opensearch-place.ts';

const KIND = 'opensearch-exact';
const QUERY = { text: 'passage', topK: 2 };

describe('the engine of small functions', () => {
  let place: OpenSearchPlace;
  let catalogue: IndexCatalogue;
  let engine: Engine;
  let versions: string[];

  beforeAll(async () => {
    place = await openSearchPlace();
    catalogue = place.catalogue('test');
    const corpus = await place.corpus(testSettings(0));
    await corpus.write([testDocument('d')], { replaces: false });
    const built = [KIND, KIND, 'snapshot'].map((kind) => catalogue.build(corpus, { kind }));
    versions = (await Promise.all(built)).map(({ version }) => version);
    await corpus.close();
    // Functions only read the bucket.
    engine = snapshotEngine({ storage: fileStorage(place.folder), servers: place.serversOf() });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await place?.remove();
  });

  it('searches the published index on a server, and follows newly published versions', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await catalogue.publish(versions[0]!);
    const index = await engine.open({ collection: 'test' });
    expect(index.manifest).toMatchObject({ kind: KIND, version: versions[0] });
    expect((await index.search(QUERY)).hits).toHaveLength(2);
    await catalogue.publish(versions[1]!);
    vi.advanceTimersByTime(10_000);
    index.current!();
    await vi.waitFor(() => expect(index.manifest).toMatchObject({ version: versions[1] }));
    expect((await index.search(QUERY)).hits).toHaveLength(2);
    await index.close();
  });

  it('switches between kinds as they are published', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await catalogue.publish(versions[0]!);
    const index = await engine.open({ collection: 'test' });
    for (const [number, kind] of [
      [2, 'snapshot'],
      [1, KIND],
    ] as const) {
      await catalogue.publish(versions[number]!);
      vi.advanceTimersByTime(10_000);
      index.current!();
      await vi.waitFor(() => expect(index.manifest).toMatchObject({ kind, version: versions[number] }));
      expect((await index.search(QUERY)).hits).toHaveLength(2);
    }
    await index.close();
  });

  it('searches a named version while another kind is published', async () => {
    await catalogue.publish(versions[2]!);
    const index = await engine.open({ collection: 'test', index: `${KIND}@${versions[0]}` });
    expect((await index.search(QUERY)).hits).toHaveLength(2);
    await index.close();
    await expect(engine.open({ collection: 'test', index: KIND })).rejects.toMatchObject({
      code: 'NO_INDEX',
      message: expect.stringContaining('snapshot'),
    });
    await expect(engine.open({ collection: 'test', index: `${KIND}@v9` })).rejects.toMatchObject({
      code: 'UNKNOWN_INDEX_VERSION',
    });
  });

  it('reports an index that was deleted on the server', async () => {
    const index = await engine.open({ collection: 'test', index: `${KIND}@${versions[1]}` });
    await fetch(`${place.server.endpoint}/srag-test-${versions[1]!.toLowerCase()}`, { method: 'DELETE' });
    await expect(index.search(QUERY)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      remedy: expect.stringContaining('srag index build'),
    });
    await index.close();
  });
});
