import { METRICS } from '../../core/index.ts';
import { checkBuildable } from '../check-buildable.ts';
import type { IndexBackend, IndexCapabilities, IndexManifest, OpenContext, Searcher } from '../port.ts';
import { writeColdObject } from './cold-object.ts';
import { openVersion, readOpening } from './open.ts';
import { PARAMETERS } from './parameters.ts';

const CAPABILITIES: IndexCapabilities = {
  vectorSearch: 'approximate',
  lexicalOnly: true,
  minRows: 1,
  metrics: METRICS,
  filters: true,
  stringRanges: true,
  signatures: true,
};

/** Creates the backend of the snapshot kind. */
export function create(kind: 'snapshot'): IndexBackend {
  return {
    kind,
    capabilities: CAPABILITIES,
    parameters: PARAMETERS,
    // Loaded lazily: searching does not need the builder.
    build: async (context) => {
      const { chunks } = await context.corpus.stats();
      checkBuildable(kind, CAPABILITIES, context.corpus.settings, chunks);
      return (await import('./build/build.ts')).buildSnapshot(context);
    },
    open: openSnapshot,
    opening: readOpening,
    afterPublish: writeColdObject,
  };
}

async function openSnapshot(manifest: IndexManifest, context: OpenContext): Promise<Searcher> {
  const { storage, prefix, signal, signing } = context;
  const reader = await openVersion(storage, prefix, { signing, signal });
  return {
    manifest,
    search: (query) => reader.search(query),
    neighbours: (documentId, from, to) => reader.neighbours(documentId, from, to),
    chunks: (ids, signal, onUsage) => reader.chunks(ids, signal, onUsage),
    count: (ids) => reader.count(ids),
    describe: async () => reader.describe(),
    close: async () => reader.close(),
  };
}
