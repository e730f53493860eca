import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Engine, snapshotEngine } from '../../src/api/service/index.ts';
import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { IndexCatalogue } from '../../src/indexes/index.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { fileStorage } from '../../src/snapshot.ts';
import { testDocument, testSettings } from '../support/chunks.ts';
import { type AwsServer, startOpenSearch } from './aws-servers.ts';

const KIND = 'opensearch-exact';
const QUERY = { text: 'passage', topK: 2 };

describe('the engine of small functions', () => {
  let server: AwsServer;
  let folder: string;
  let catalogue: IndexCatalogue;
  let engine: Engine;
  let versions: string[];

  beforeAll(async () => {
    server = await startOpenSearch();
    folder = await mkdtemp(join(tmpdir(), 'srag-opensearch-functions-'));
    const location = { kind: 'file', path: folder } as const;
    const servers = { settings: { opensearch: { url: server.endpoint } } };
    catalogue = new IndexCatalogue(await openStorage(location), { location }, 'test', { servers });
    const corpus = await openLanceCorpus({ location, prefix: 'test/corpus/' }, testSettings(0));
    await corpus.write([testDocument('d')], { replaces: false });
    const built = [KIND, KIND, 'snapshot'].map((kind) => catalogue.build(corpus, { kind }));
    versions = (await Promise.all(built)).map(({ version }) => version);
    await corpus.close();
    // Functions only read the bucket.
    engine = snapshotEngine({ storage: fileStorage(folder), servers });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
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
    await fetch(`${server.endpoint}/srag-test-${versions[1]!.toLowerCase()}`, { method: 'DELETE' });
    await expect(index.search(QUERY)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      remedy: expect.stringContaining('srag index build'),
    });
    await index.close();
  });
});
