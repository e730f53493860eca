import { unknownName } from '../core/index.ts';
import type { IndexBackend } from './port.ts';

/** Maps an adapter's folder to the kinds it builds and its lazy import. */
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
  },
  snapshot: { kinds: ['snapshot'], load: () => import('./snapshot/index.ts') },
} as const;

/** Folder names of the index adapters. */
export const INDEX_ADAPTERS = Object.keys(ADAPTERS) as readonly (keyof typeof ADAPTERS)[];
type IndexKind = (typeof ADAPTERS)[keyof typeof ADAPTERS]['kinds'][number];

/** All index kinds. */
export const INDEX_KINDS: readonly IndexKind[] = Object.values(ADAPTERS).flatMap(({ kinds }) => kinds);

/** Returns the backend of an index kind. @throws UNKNOWN_INDEX_KIND with the nearest name. */
export async function indexBackend(kind: string): Promise<IndexBackend> {
  for (const { kinds, load } of Object.values(ADAPTERS)) {
    const known = kinds.find((name) => name === kind);
    if (known !== undefined) return (await load()).create(known as never);
  }
  throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
}
