import { unknownName } from '../core/index.ts';
import type { IndexBackend } from './port.ts';

/** Folder of an adapter -> the kinds it builds and how it is loaded. */
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

/** Names of the folders that hold index adapters. */
export const INDEX_ADAPTERS = Object.keys(ADAPTERS) as readonly (keyof typeof ADAPTERS)[];
type IndexKind = (typeof ADAPTERS)[keyof typeof ADAPTERS]['kinds'][number];

/** Every index kind there is. */
export const INDEX_KINDS: readonly IndexKind[] = Object.values(ADAPTERS).flatMap(({ kinds }) => kinds);

/** The backend of an index kind. @throws UNKNOWN_INDEX_KIND with the nearest name. */
export async function indexBackend(kind: string): Promise<IndexBackend> {
  for (const { kinds, load } of Object.values(ADAPTERS)) {
    const known = kinds.find((name) => name === kind);
    if (known !== undefined) return (await load()).create(known as never);
  }
  throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
}
