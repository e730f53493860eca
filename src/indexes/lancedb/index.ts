import type { IndexBackend } from '../port.ts';
import { buildLanceIndex } from './build.ts';
import { type LanceKindName, lanceKind } from './kinds.ts';
import { openLanceIndex } from './searcher.ts';

/** The backend of one LanceDB index kind. */
export function create(name: LanceKindName): IndexBackend {
  const kind = lanceKind(name);
  return {
    kind: kind.kind,
    capabilities: kind.capabilities,
    parameters: kind.parameters,
    build: (context) => buildLanceIndex(kind, context),
    open: (manifest, context) => openLanceIndex(kind, manifest, context),
  };
}
