import { z } from 'zod';
import { type CacheKeyParts, cacheKey, parseQueryCache, type QueryCache } from '../query-cache/index.ts';
import type { SwitchValues } from '../switches/index.ts';
import type { QueryReply } from './port.ts';
import type { RequestMeter } from './request-meter.ts';

type Content = Pick<QueryReply, 'answer' | 'citations' | 'chunks' | 'usage'>;

/** What an answer goes through. */
export interface CachePath {
  readonly cache: QueryCache;
  readonly switches: SwitchValues;
  readonly meter: RequestMeter;
}

/** An answer from the cache, else a new one, which is put there; the meter is told. Without a key there is neither. */
export async function throughCache(
  { cache, switches, meter }: CachePath,
  keyParts: () => Promise<Omit<CacheKeyParts, 'kind'> | undefined>,
  produce: () => Promise<Content>,
): Promise<Content> {
  if (cache.id === 'none' || !switches.queryCache) return produce();
  const parts = await keyParts();
  if (parts === undefined) return produce();
  const key = cacheKey({ kind: 'answer', ...parts });
  const { name: kind } = parseQueryCache(cache.id);
  const before = cache.use();
  const known = (await cache.get(key))?.body;
  if (isContent(known)) {
    meter.servedFromCache(parts.index);
    meter.usedCache(kind, before, cache.use());
    return known;
  }
  const { answer, citations, chunks, usage } = await produce();
  const body = { answer, citations, chunks, usage };
  await cache.put(key, { body, createdAtMs: Date.now() }, switches.queryCacheMinutes * 60);
  meter.usedCache(kind, before, cache.use());
  return body;
}

const contentSchema = z.object({
  answer: z.string(),
  citations: z.array(z.object({ marker: z.number(), chunkId: z.string() })),
  chunks: z.array(z.object({ id: z.string() })),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), estimated: z.boolean() }),
});

/** Whether what a cache held is an answer: another version of srag may have put it there. */
const isContent = (value: unknown): value is Content => contentSchema.safeParse(value).success;
