import { z } from 'zod';
import { protocolFailure, type ServiceContext } from '../../../io/remote/index.ts';

/** A count or an index. A value of another type is treated as missing. */
const count = z.int().min(0).optional().catch(undefined);
const answerSchema = z.object({
  data: z.array(z.object({ index: count, embedding: z.unknown().transform(numbersOf) })),
  usage: z.object({ prompt_tokens: count, total_tokens: count }).optional().catch(undefined),
});

/** Vectors of one batch in the order of its texts. */
export interface BatchAnswer {
  readonly vectors: readonly ArrayLike<number>[];
  readonly inputTokens: number | undefined;
}

/** Little-endian float32 as base64, which some servers send regardless of the requested encoding. */
function decodeBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const numbers = new Float32Array(Math.floor(bytes.length / 4));
  for (let index = 0; index < numbers.length; index++) numbers[index] = bytes.readFloatLE(index * 4);
  return numbers;
}

/** Decodes numbers, base64 or a nested array. Null becomes an empty array; null elements become NaN. */
function numbersOf(embedding: unknown, context: z.RefinementCtx): ArrayLike<number> {
  if (typeof embedding === 'string') return decodeBase64(embedding);
  if (embedding === null) return [];
  const isNested = Array.isArray(embedding) && embedding.length === 1 && Array.isArray(embedding[0]);
  const numbers: unknown = isNested ? embedding[0] : embedding;
  if (Array.isArray(numbers) && numbers.every((each) => each === null || typeof each === 'number'))
    return numbers.map((each: number | null) => each ?? Number.NaN);
  context.addIssue({ code: 'custom', message: 'an embedding is not a list of numbers' });
  return z.NEVER;
}

/**
 * Parses the response of `POST /embeddings` for `texts` texts; items may be in any order or lack their index.
 * @throws EMBEDDER_FAILED if the response is malformed, or texts are missing or duplicated.
 */
export function readAnswer(answer: unknown, texts: number, context: ServiceContext): BatchAnswer {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) {
    throw protocolFailure(context, 'the answer is not a list of embeddings.', {
      words: String(JSON.stringify(answer)).slice(0, 200),
      cause: parsed.error,
    });
  }
  const { data, usage } = parsed.data;
  // Some servers number every item 0.
  const isNumbered = data.length < 2 || data.some(({ index }) => index !== 0);
  const vectors: (ArrayLike<number> | undefined)[] = new Array(texts).fill(undefined);
  for (const [position, item] of data.entries()) {
    const index = isNumbered ? (item.index ?? position) : position;
    if (index >= texts || vectors[index] !== undefined) {
      throw protocolFailure(
        context,
        `index ${index} occurs twice in the answer, or exceeds the number of texts sent (${texts}).`,
      );
    }
    vectors[index] = item.embedding;
  }
  if (data.length !== texts) {
    throw protocolFailure(context, `the answer contains ${data.length} vectors for ${texts} texts.`);
  }
  // Texts are never empty, so a count of 0 means that the server does not count tokens.
  return {
    vectors: vectors as ArrayLike<number>[],
    inputTokens: usage?.prompt_tokens || usage?.total_tokens || undefined,
  };
}
