import { withoutTrailingSlashes } from '../../../core/index.ts';
import {
  DEFAULT_RETRY,
  mapConcurrently,
  postForJson,
  type ServiceContext,
  withRetry,
} from '../../../io/remote/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../port.ts';
import { checkTexts, embedderId, joinVectors } from '../texts.ts';
import { type BatchAnswer, readAnswer } from './answer.ts';
import { type OpenAiEmbedderSettings, settingsSchema } from './settings.ts';

export { settingsSchema };

/** Any server that speaks OpenAI's `POST /embeddings`. */
class OpenAiCompatibleEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly semantic = true;
  readonly batchSize: number;
  readonly #settings: OpenAiEmbedderSettings;
  readonly #context: ServiceContext;

  constructor(settings: OpenAiEmbedderSettings) {
    this.#settings = settings;
    this.dimensions = settings.dimensions;
    this.batchSize = settings.batchSize;
    this.id = embedderId('openai-compatible', settings.model, settings.dimensions, {
      length: settings.unitLength ? undefined : 'kept',
      documentPrefix: settings.documentPrefix,
    });
    this.#context = {
      failedCode: 'EMBEDDER_FAILED',
      service: `Model ${settings.model}`,
      host: new URL(settings.baseUrl).host,
      model: settings.model,
    };
  }

  embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings> {
    return this.#embed(texts, this.#settings.documentPrefix, options);
  }

  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings> {
    return this.#embed([text], this.#settings.queryPrefix, options);
  }

  async #embed(texts: readonly string[], prefix: string, options?: EmbedOptions): Promise<Embeddings> {
    checkTexts(texts, options);
    const batches: string[][] = [];
    for (let start = 0; start < texts.length; start += this.batchSize) {
      batches.push(texts.slice(start, start + this.batchSize).map((text) => prefix + text));
    }
    const answers = await mapConcurrently(
      batches,
      this.#settings.concurrency,
      (batch, _index, signal) =>
        withRetry(() => this.#request(batch, signal), {
          policy: { ...DEFAULT_RETRY, attempts: this.#settings.attempts },
          signal,
        }),
      options?.signal,
    );
    // If one count is unknown, so is the sum.
    const inputTokens = answers.reduce<number | undefined>(
      (sum, answer) =>
        sum === undefined || answer.inputTokens === undefined ? undefined : sum + answer.inputTokens,
      0,
    );
    const vectors = answers.flatMap((answer) => answer.vectors);
    return joinVectors(vectors, this.dimensions, this.#context.service, {
      unitLength: this.#settings.unitLength,
      inputTokens,
    });
  }

  async #request(batch: readonly string[], signal: AbortSignal): Promise<BatchAnswer> {
    const { baseUrl, model, apiKey, timeoutMs, requestDimensions } = this.#settings;
    const answer = await postForJson({
      url: `${withoutTrailingSlashes(baseUrl)}/embeddings`,
      body: {
        model,
        input: batch,
        encoding_format: 'float',
        dimensions: requestDimensions ? this.dimensions : undefined,
      },
      apiKey,
      timeoutMs,
      maxBytes: maxResponseBytes(batch.length),
      signal,
      context: this.#context,
    });
    return readAnswer(answer, batch.length, this.#context);
  }
}

/** Maximum bytes of a response: vectors of the maximum dimensions as JSON. */
const maxResponseBytes = (texts: number): number => Math.min(2 ** 28, 2 ** 20 + texts * 16_384 * 32);

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Embedder {
  return new OpenAiCompatibleEmbedder(
    parseSettings(settingsSchema, settings, "embedder 'openai-compatible'"),
  );
}
