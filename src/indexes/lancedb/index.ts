import type { IndexBackend } from '../port.ts';
import { type LanceKindName, lanceKind } from './kinds.ts';
import { openLanceIndex } from './searcher.ts';

/** Creates the backend of one LanceDB index kind. */
export function create(name: LanceKindName): IndexBackend {
  const kind = lanceKind(name);
  return {
    kind: kind.kind,
    capabilities: kind.capabilities,
    parameters: kind.parameters,
    // Loaded lazily, like the snapshot's builder: searching does not need it.
    build: async (context) => (await import('./build.ts')).buildLanceIndex(kind, context),
    open: (manifest, context) => openLanceIndex(kind, manifest, context),
  };
}
