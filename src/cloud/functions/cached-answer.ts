import { z } from 'zod';
import {
  type CacheKeyParts,
  type CacheUse,
  cacheKey,
  parseQueryCache,
  type QueryCache,
} from '../../api/query-cache/index.ts';
import type { AnswerContent, RequestMeter } from '../../api/service/index.ts';
import type { SwitchValues } from '../../api/switches/index.ts';

/** Dependencies of {@link throughCache}. */
export interface CachePath {
  readonly cache: QueryCache;
  readonly switches: SwitchValues;
  readonly meter: RequestMeter;
}

/**
 * Returns the answer from the cache, or produces and stores a new one, and reports the use of the cache to
 * the meter. Without key parts, the cache is bypassed.
 */
export async function throughCache(
  { cache, switches, meter }: CachePath,
  keyParts: () => Promise<Omit<CacheKeyParts, 'kind'> | undefined>,
  produce: () => Promise<AnswerContent>,
): Promise<AnswerContent> {
  if (cache.id === 'none' || !switches.queryCache) return produce();
  const parts = await keyParts();
  if (parts === undefined) return produce();
  const key = cacheKey({ kind: 'answer', ...parts });
  const { name: kind } = parseQueryCache(cache.id);
  const onUsage = (use: CacheUse): void => meter.usedCache(kind, use);
  onUsage({ reads: 0, writes: 0 });
  const known = (await cache.get(key, { onUsage }))?.body;
  if (isContent(known)) {
    const { index = parts.index, ...content } = known;
    meter.servedFromCache(index);
    return content;
  }
  const content = await produce();
  // The version that answered may differ from the one that was published when the request arrived.
  const { index = parts.index } = meter.trace;
  const body = { ...content, index };
  await cache.put(
    cacheKey({ kind: 'answer', ...parts, index }),
    { body, createdAtMs: Date.now() },
    switches.queryCacheMinutes * 60,
    { onUsage },
  );
  return content;
}

const contentSchema = z.object({
  answer: z.string(),
  citations: z.array(z.object({ marker: z.number(), chunkId: z.string() })),
  notFound: z.boolean(),
  confidence: z.number(),
  chunks: z.array(z.object({ id: z.string() })),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), estimated: z.boolean() }),
  index: z.object({ kind: z.string(), version: z.string() }).optional(),
});

/** Whether a cached value is an answer: another version of srag may have written it. */
const isContent = (value: unknown): value is AnswerContent & { readonly index?: CacheKeyParts['index'] } =>
  contentSchema.safeParse(value).success;
