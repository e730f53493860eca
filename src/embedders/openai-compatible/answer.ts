import { z } from 'zod';
import { protocolFailure, type ServiceContext } from '../../remote/index.ts';

const answerSchema = z.object({
  data: z.array(
    z.object({ index: z.int().min(0).optional(), embedding: z.union([z.array(z.number()), z.string()]) }),
  ),
  usage: z.object({ prompt_tokens: z.number().optional(), total_tokens: z.number().optional() }).nullish(),
});

/** Vectors of one batch in the order of its texts. */
export interface BatchAnswer {
  readonly vectors: readonly ArrayLike<number>[];
  readonly inputTokens: number | undefined;
}

/** Little-endian float32 as base64, which some servers send whatever was asked for. */
function decodeBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const vector = new Float32Array(Math.floor(bytes.length / 4));
  for (let index = 0; index < vector.length; index++) vector[index] = bytes.readFloatLE(index * 4);
  return vector;
}

/**
 * Reads the answer of `POST /embeddings` for `count` texts; items may come in any order.
 * @throws EMBEDDER_FAILED where it is no such answer, or texts are missing or doubled.
 */
export function readAnswer(answer: unknown, count: number, context: ServiceContext): BatchAnswer {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) {
    throw protocolFailure(context, 'the answer is not a list of embeddings.', {
      words: String(JSON.stringify(answer)).slice(0, 200),
      cause: parsed.error,
    });
  }
  const { data, usage } = parsed.data;
  const vectors: (ArrayLike<number> | undefined)[] = new Array(count).fill(undefined);
  for (const [position, item] of data.entries()) {
    const index = item.index ?? position;
    if (index >= count || vectors[index] !== undefined) {
      throw protocolFailure(
        context,
        `the answer holds index ${index} twice or beyond the ${count} texts sent.`,
      );
    }
    vectors[index] = typeof item.embedding === 'string' ? decodeBase64(item.embedding) : item.embedding;
  }
  if (data.length !== count) {
    throw protocolFailure(context, `the answer holds ${data.length} vectors for ${count} texts.`);
  }
  return {
    vectors: vectors as ArrayLike<number>[],
    inputTokens: usage?.prompt_tokens ?? usage?.total_tokens,
  };
}
