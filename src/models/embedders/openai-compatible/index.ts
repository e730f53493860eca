import { withoutTrailingSlashes } from '../../../core/index.ts';
import { mapConcurrently, postForJson, type ServiceContext, withRetry } from '../../../io/remote/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import type { Embedder } from '../port.ts';
import { embedderId, joinVectors, prefixedEmbedder } from '../texts.ts';
import { type BatchAnswer, readAnswer } from './answer.ts';
import { type OpenAiEmbedderSettings, settingsSchema } from './settings.ts';

export { settingsSchema };

/** Maximum bytes of a response: vectors of the maximum dimensions as JSON. */
const maxResponseBytes = (texts: number): number => Math.min(2 ** 28, 2 ** 20 + texts * 16_384 * 32);

/** Any server that speaks OpenAI's `POST /embeddings`. @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(given: unknown): Embedder {
  const settings = parseSettings(settingsSchema, given, "embedder 'openai-compatible'");
  const { baseUrl, model, dimensions, batchSize, documentPrefix, unitLength, attempts } = settings;
  const service = `Model ${model}`;
  const context = { failedCode: 'EMBEDDER_FAILED', service, host: new URL(baseUrl).host, model } as const;
  const length = unitLength ? undefined : 'kept';
  const id = embedderId('openai-compatible', model, dimensions, { length, documentPrefix });
  return prefixedEmbedder(settings, { id, dimensions, batchSize }, async (texts, outer) => {
    const batches: (readonly string[])[] = [];
    for (let start = 0; start < texts.length; start += batchSize)
      batches.push(texts.slice(start, start + batchSize));
    const answers = await mapConcurrently(
      batches,
      settings.concurrency,
      (batch, _index, signal) =>
        withRetry(() => request(settings, context, batch, signal), { policy: { attempts }, signal }),
      outer,
    );
    // If one count is unknown, so is the sum.
    const inputTokens = answers.reduce<number | undefined>(
      (sum, answer) =>
        sum === undefined || answer.inputTokens === undefined ? undefined : sum + answer.inputTokens,
      0,
    );
    const vectors = answers.flatMap((answer) => answer.vectors);
    return joinVectors(vectors, dimensions, service, { unitLength, inputTokens });
  });
}

async function request(
  { baseUrl, model, dimensions, apiKey, timeoutMs, requestDimensions }: OpenAiEmbedderSettings,
  context: ServiceContext,
  batch: readonly string[],
  signal: AbortSignal,
): Promise<BatchAnswer> {
  const answer = await postForJson({
    url: `${withoutTrailingSlashes(baseUrl)}/embeddings`,
    body: {
      model,
      input: batch,
      encoding_format: 'float',
      dimensions: requestDimensions ? dimensions : undefined,
    },
    apiKey,
    timeoutMs,
    maxBytes: maxResponseBytes(batch.length),
    signal,
    context,
  });
  return readAnswer(answer, batch.length, context);
}
