import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import {
  awsClientOptions,
  awsRequest,
  DEFAULT_RETRY,
  guardedClient,
  mapConcurrently,
  protocolFailure,
  type ServiceContext,
  withRetry,
} from '../../../io/remote/index.ts';
import { loadOptionalPackage, parseSettings } from '../../../io/settings/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../port.ts';
import { checkTexts, embedderId, joinVectors } from '../texts.ts';
import { settingsSchema, type TitanSettings } from './settings.ts';

export { settingsSchema };

/** Maximum bytes of a response. A vector of 1,024 numbers takes tens of kilobytes of JSON. */
const MAX_ANSWER_BYTES = 2 ** 20;
/** Titan's response: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const answerSchema = z.object({ embedding: z.array(z.number()), inputTextTokenCount: z.number() });

const loadSdk = () =>
  loadOptionalPackage(
    '@aws-sdk/client-bedrock-runtime',
    "Embedder 'bedrock-titan'",
    () => import('@aws-sdk/client-bedrock-runtime'),
  );

/** Amazon Titan Text Embeddings V2 through Bedrock's InvokeModel: one text per request, several requests in flight. */
class TitanEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly semantic = true;
  readonly batchSize = 64;
  readonly #settings: TitanSettings;
  readonly #context: ServiceContext;
  #client: Promise<BedrockRuntimeClient> | undefined;

  constructor(settings: TitanSettings) {
    this.#settings = settings;
    this.dimensions = settings.dimensions;
    this.id = embedderId('bedrock-titan', settings.model, settings.dimensions, {
      documentPrefix: settings.documentPrefix,
    });
    this.#context = {
      failedCode: 'EMBEDDER_FAILED',
      service: `Bedrock model ${settings.model}`,
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
    const answers = await mapConcurrently(
      texts,
      this.#settings.concurrency,
      (text, _index, signal) =>
        withRetry(() => this.#request(prefix + text, signal), {
          policy: { ...DEFAULT_RETRY, attempts: this.#settings.attempts },
          signal,
        }),
      options?.signal,
    );
    const inputTokens = answers.reduce((sum, answer) => sum + answer.inputTextTokenCount, 0);
    const vectors = answers.map((answer) => answer.embedding);
    return joinVectors(vectors, this.dimensions, this.#context.service, { unitLength: true, inputTokens });
  }

  async #request(inputText: string, signal: AbortSignal): Promise<z.output<typeof answerSchema>> {
    const { InvokeModelCommand } = await loadSdk();
    const client = await this.#connect();
    const command = new InvokeModelCommand({
      modelId: this.#settings.model,
      contentType: 'application/json',
      accept: 'application/json',
      body: JSON.stringify({ inputText, dimensions: this.dimensions, normalize: true }),
    });
    const context = this.#context;
    const output = await awsRequest((abortSignal) => client.send(command, { abortSignal }), {
      context,
      timeoutMs: this.#settings.timeoutMs,
      signal,
    });
    const body = new TextDecoder().decode(output.body);
    try {
      return answerSchema.parse(JSON.parse(body));
    } catch (cause) {
      throw protocolFailure(context, 'the answer is not an embedding.', { words: body.slice(0, 100), cause });
    }
  }

  #connect(): Promise<BedrockRuntimeClient> {
    this.#client ??= loadSdk().then(async ({ BedrockRuntimeClient }) =>
      guardedClient(new BedrockRuntimeClient(await awsClientOptions(this.#settings)), MAX_ANSWER_BYTES),
    );
    return this.#client;
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Embedder {
  return new TitanEmbedder(parseSettings(settingsSchema, settings, "embedder 'bedrock-titan'"));
}
