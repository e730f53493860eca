import { SragError, unknownName } from '../../core/index.ts';
import { ByteCache, type ByteStore } from './byte-cache.ts';
import type { CacheParts } from './cache-parts.ts';
import type { QueryCache } from './port.ts';

interface CacheModule {
  readonly open: (argument: string, parts: CacheParts) => Promise<ByteStore>;
}

const QUERY_CACHES = {
  none: () => import('./none/index.ts'),
  memory: () => import('./memory/index.ts'),
  dynamodb: () => import('./dynamodb/index.ts'),
  s3: () => import('./s3/index.ts'),
} as const satisfies Record<string, () => Promise<CacheModule>>;

export type QueryCacheName = keyof typeof QUERY_CACHES;
export const QUERY_CACHE_NAMES = Object.keys(QUERY_CACHES) as readonly QueryCacheName[];
const WITH_ARGUMENT: readonly string[] = ['dynamodb', 's3'] satisfies QueryCacheName[];

/** Reads `none`, `memory`, `dynamodb:TABLE` or `s3:PREFIX`. @throws INVALID_CONFIG */
export function parseQueryCache(text: string): {
  readonly name: QueryCacheName;
  readonly argument: string;
} {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const argument = colon === -1 ? '' : text.slice(colon + 1);
  if (!Object.hasOwn(QUERY_CACHES, name))
    throw unknownName('INVALID_CONFIG', 'query cache', name, QUERY_CACHE_NAMES);
  if (WITH_ARGUMENT.includes(name) === (argument === '')) {
    throw new SragError('INVALID_CONFIG', `SRAG_QUERY_CACHE is '${text}'.`, {
      remedy: 'Use none, memory, dynamodb:TABLE or s3:PREFIX.',
      fields: { path: 'SRAG_QUERY_CACHE', value: text },
    });
  }
  return { name: name as QueryCacheName, argument };
}

/**
 * Opens a cache by its name in `SRAG_QUERY_CACHE`, without calling its service. Calls to the cache fail if
 * its service fails, unless the cache is wrapped with `guardCache`.
 * @throws INVALID_CONFIG, CREDENTIALS_MISSING
 */
export async function openQueryCache(text: string, parts: CacheParts = {}): Promise<QueryCache> {
  const { name, argument } = parseQueryCache(text);
  const module: CacheModule = await QUERY_CACHES[name]();
  return new ByteCache(await module.open(argument, parts), parts.now);
}
