import type { IndexBackend } from '../port.ts';
import { type LanceKindName, lanceKind } from './kinds.ts';
import { openLanceIndex } from './searcher.ts';

/** The backend of one LanceDB index kind. */
export function create(name: LanceKindName): IndexBackend {
  const kind = lanceKind(name);
  return {
    kind: kind.kind,
    capabilities: kind.capabilities,
    parameters: kind.parameters,
    // Loaded only where one is asked for, as the snapshot's: searching needs none of it.
    build: async (context) => (await import('./build.ts')).buildLanceIndex(kind, context),
    open: (manifest, context) => openLanceIndex(kind, manifest, context),
  };
}
