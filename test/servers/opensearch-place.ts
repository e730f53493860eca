import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionSettings } from '../../src/core/index.ts';
import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { IndexCatalogue, SERVER_KINDS } from '../../src/indexes/index.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { startOpenSearch } from './aws-servers.ts';

/** Index kinds on OpenSearch. */
export const OPENSEARCH_KINDS = SERVER_KINDS.filter((kind) => kind.startsWith('opensearch'));

/** A server and an empty location whose indexes may be on it. */
export async function openSearchPlace() {
  const server = await startOpenSearch();
  const folder = await mkdtemp(join(tmpdir(), 'srag-opensearch-'));
  const location = { kind: 'file', path: folder } as const;
  const storage = await openStorage(location);
  const serversOf = (settings: object = {}) => ({
    settings: { opensearch: { url: server.endpoint, ...settings } },
  });
  return {
    server,
    folder,
    serversOf,
    /** The index versions of a collection; `settings` override those of the server. */
    catalogue: (collection: string, settings?: object) =>
      new IndexCatalogue(storage, { location }, collection, { servers: serversOf(settings) }),
    corpus: (settings: CollectionSettings) =>
      openLanceCorpus({ location, prefix: `${settings.name}/corpus/` }, settings),
    async remove(): Promise<void> {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type OpenSearchPlace = Awaited<ReturnType<typeof openSearchPlace>>;
