import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AnswerCache, RuntimeSwitches } from './parts.ts';
import type { QueryReply, QueryRequest } from './port.ts';
import type { RequestMeter } from './request-meter.ts';

const DEFAULT_MINUTES = 60;

type Content = Pick<QueryReply, 'answer' | 'citations' | 'chunks' | 'usage'>;

/** What decides an answer beside the question. */
export interface AnswerOrigin {
  readonly collection: string;
  readonly kind: string;
  readonly version: string;
  /** Ids of embedder and generator. */
  readonly models: readonly string[];
  readonly options: object;
}

/** An answer from the cache, else a new one, which is put there; the meter is told. */
export async function throughCache(
  parts: { readonly cache: AnswerCache; readonly switches: RuntimeSwitches; readonly meter: RequestMeter },
  request: QueryRequest,
  originOf: () => Promise<AnswerOrigin>,
  produce: () => Promise<Content>,
): Promise<Content> {
  const { cache, meter, switches } = parts;
  const { queryCache = true, queryCacheMinutes = DEFAULT_MINUTES } = switches;
  if (cache.isOff === true || !queryCache || queryCacheMinutes <= 0) return produce();
  const origin = await originOf();
  const key = answerKey(request, origin);
  meter.askedCache();
  const known = await cache.get(key);
  if (isAnswer(known)) {
    meter.servedFromCache({ kind: origin.kind, version: origin.version });
    return known;
  }
  const { answer, citations, chunks, usage } = await produce();
  const content = { answer, citations, chunks, usage };
  meter.filledCache();
  await cache.put(key, content, queryCacheMinutes * 60);
  return content;
}

/** Key of an answer in the cache: equal only for what must give the same answer. */
function answerKey(request: QueryRequest, origin: AnswerOrigin): string {
  const { question, ...options } = request;
  const asked = { ...options, question: question.normalize('NFC').trim().replaceAll(/\s+/gu, ' ') };
  return createHash('sha256')
    .update(canonical([asked, origin]))
    .digest('hex');
}

/** JSON with keys in order and without what is undefined. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );

const answerSchema = z.object({
  answer: z.string(),
  citations: z.array(z.object({ marker: z.number(), chunkId: z.string() })),
  chunks: z.array(z.object({ id: z.string() })),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), estimated: z.boolean() }),
});

/** Whether what a cache held is an answer: another version of srag may have put it there. */
const isAnswer = (value: unknown): value is Content => answerSchema.safeParse(value).success;
