import type { IndexBackend } from '../port.ts';
import { OpenSearchClient } from './client.ts';
import { type OpenSearchKindName, openSearchKind } from './kinds.ts';
import { findRecord } from './layout.ts';
import { openOpenSearchIndex } from './searcher.ts';
import { serverAbilities } from './server.ts';
import { openSearchSettings } from './settings.ts';

/** Creates the backend of one OpenSearch index kind. */
export function create(name: OpenSearchKindName): IndexBackend {
  const kind = openSearchKind(name);
  return {
    kind: kind.kind,
    capabilities: kind.capabilities,
    parameters: kind.parameters,
    // Loaded lazily: searching does not need it.
    build: async (context) => (await import('./build.ts')).buildOpenSearchIndex(kind, context),
    open: (manifest, context) => openOpenSearchIndex(kind, manifest, context),
    async check(servers) {
      const client = new OpenSearchClient(openSearchSettings(servers));
      try {
        const { name } = await serverAbilities(client, 'opensearch-on-disk');
        const path = `/_cat/indices/${client.settings.indexPrefix}-*?format=json`;
        const { json } = await client.send({ method: 'GET', path, action: 'Listing indexes' });
        const count = Object.keys(json).length;
        return `${name} at ${new URL(client.settings.url).host}; indexes named ${client.settings.indexPrefix}-*: ${count}`;
      } finally {
        client.close();
      }
    },
    async remove({ storage, prefix, servers, signal }) {
      const index = await findRecord(storage, prefix);
      if (index === undefined) return;
      const client = new OpenSearchClient(openSearchSettings(servers));
      await client
        .send({ method: 'DELETE', path: `/${index}`, action: 'Deleting the index', accept: [404], signal })
        .finally(() => client.close());
    },
  };
}
