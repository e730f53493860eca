import { BACKEND_NAMES, type BackendName, backendOfKind } from '../cost/index.ts';

/** What an index kind is priced as; undefined for an unknown kind. Exact search needs a server, too. */
export const backendOf = (kind: string): BackendName | undefined =>
  kind === 'opensearch-exact' ? 'opensearch-managed' : backendOfKind(kind, BACKEND_NAMES);
