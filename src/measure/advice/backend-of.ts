import { BACKEND_NAMES, type BackendName } from '../cost/index.ts';

/** What the searches of index kinds with other names are priced as. */
const BACKENDS: ReadonlyMap<string, BackendName> = new Map([
  ['opensearch-hnsw', 'opensearch-managed'],
  ['opensearch-exact', 'opensearch-managed'],
  ['opensearch-on-disk', 'opensearch-managed-on-disk'],
]);

/** What an index kind is priced as; undefined for an unknown kind. */
export const backendOf = (kind: string): BackendName | undefined =>
  BACKENDS.get(kind) ?? BACKEND_NAMES.find((name) => name === kind);
