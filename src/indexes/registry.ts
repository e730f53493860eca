import { unknownName } from '../core/index.ts';
import type { IndexBackend } from './port.ts';

/**
 * Maps an adapter's folder to the kinds it builds and its lazy import. Adapters with `isServer` keep their
 * indexes on a server; the others need only the storage.
 */
const ADAPTERS = {
  lancedb: {
    kinds: [
      'lancedb-flat',
      'lancedb-ivf-flat',
      'lancedb-ivf-pq',
      'lancedb-ivf-rq',
      'lancedb-ivf-hnsw-sq',
      'lancedb-ivf-hnsw-pq',
    ],
    load: () => import('./lancedb/index.ts'),
    isServer: false,
  },
  opensearch: {
    kinds: ['opensearch-hnsw', 'opensearch-on-disk', 'opensearch-exact'],
    load: () => import('./opensearch/index.ts'),
    isServer: true,
  },
  's3-vectors': { kinds: ['s3-vectors'], load: () => import('./s3-vectors/index.ts'), isServer: true },
  snapshot: { kinds: ['snapshot'], load: () => import('./snapshot/index.ts'), isServer: false },
} as const;

/** Folder names of the index adapters. */
export const INDEX_ADAPTERS = Object.keys(ADAPTERS) as readonly (keyof typeof ADAPTERS)[];
type IndexKind = (typeof ADAPTERS)[keyof typeof ADAPTERS]['kinds'][number];

/** All index kinds. */
export const INDEX_KINDS: readonly IndexKind[] = Object.values(ADAPTERS).flatMap(({ kinds }) => kinds);

const kindsOf = (isServer: boolean): readonly IndexKind[] =>
  Object.values(ADAPTERS).flatMap((adapter) => (adapter.isServer === isServer ? adapter.kinds : []));
/** Kinds whose indexes are on a server. */
export const SERVER_KINDS = kindsOf(true);
/** The adapters whose indexes are on a server, with one of their kinds. */
export const SERVER_ADAPTERS: readonly { readonly adapter: string; readonly kind: IndexKind }[] =
  Object.entries(ADAPTERS).flatMap(([adapter, { kinds, isServer }]) =>
    isServer ? [{ adapter, kind: kinds[0] }] : [],
  );
/** Kinds that need only the storage. */
export const LOCAL_KINDS = kindsOf(false);

/** Returns the backend of an index kind. @throws UNKNOWN_INDEX_KIND with the nearest name. */
export async function indexBackend(kind: string): Promise<IndexBackend> {
  for (const { kinds, load } of Object.values(ADAPTERS)) {
    const known = kinds.find((name) => name === kind);
    if (known !== undefined) return (await load()).create(known as never);
  }
  throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
}
