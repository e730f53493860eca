import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { QueryReply, QueryRequest } from './port.ts';

/** What decides an answer beside the question. */
export interface AnswerOrigin {
  readonly collection: string;
  readonly kind: string;
  readonly version: string;
  /** Ids of embedder and generator. */
  readonly models: readonly string[];
  readonly options: object;
}

/** Key of an answer in the cache: equal only for what must give the same answer. */
export function answerKey(request: QueryRequest, origin: AnswerOrigin): string {
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
export const isAnswer = (
  value: unknown,
): value is Pick<QueryReply, 'answer' | 'citations' | 'chunks' | 'usage'> =>
  answerSchema.safeParse(value).success;
