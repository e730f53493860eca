import type { BedrockAgentRuntimeClient } from '@aws-sdk/client-bedrock-agent-runtime';
import { z } from 'zod';
import { type Hit, searchedText } from '../../../core/index.ts';
import {
  AWS_SETTINGS,
  awsClientOptions,
  awsRequest,
  guardedClient,
  protocolFailure,
  type ServiceContext,
  withRetry,
} from '../../../io/remote/index.ts';
import { loadOptionalPackage, parseSettings } from '../../../io/settings/index.ts';
import { checkRequest, orderByScore } from '../order.ts';
import type { Reranker, RerankRequest } from '../port.ts';
import { modelArn } from './model-arn.ts';

export const settingsSchema = z.strictObject({
  ...AWS_SETTINGS,
  /** Model id, such as `amazon.rerank-v1:0` or `cohere.rerank-v3-5:0`, or an ARN. Availability varies by region. */
  model: z.string().min(1).default('cohere.rerank-v3-5:0'),
  /** Maximum wait for the response, in milliseconds. */
  timeoutMs: z.int().min(1).default(30_000),
  /** Maximum requests, including the first. */
  attempts: z.int().min(1).max(20).default(4),
});

type BedrockRerankerSettings = z.output<typeof settingsSchema>;

/** Maximum passages per request of the Rerank API. */
const MAX_SOURCES = 1000;
/** Maximum length of a passage in the Rerank API, in characters. */
const MAX_TEXT_CHARACTERS = 32_000;

/** Maximum bytes of a response. A thousand scores take a few hundred kilobytes at most. */
const MAX_ANSWER_BYTES = 2 ** 20;

const loadSdk = () =>
  loadOptionalPackage(
    '@aws-sdk/client-bedrock-agent-runtime',
    "Reranker 'bedrock'",
    () => import('@aws-sdk/client-bedrock-agent-runtime'),
  );

/** A reranking model of Amazon Bedrock, through the Rerank API. Scores are the model's relevance, 0 to 1. */
class BedrockReranker implements Reranker {
  readonly id: string;
  readonly #settings: BedrockRerankerSettings;
  readonly #context: ServiceContext;
  #client: Promise<BedrockAgentRuntimeClient> | undefined;

  constructor(settings: BedrockRerankerSettings) {
    this.#settings = settings;
    this.id = `bedrock:${settings.model}`;
    this.#context = {
      failedCode: 'RERANKER_FAILED',
      service: `Bedrock model ${settings.model}`,
      model: settings.model,
    };
  }

  async rerank(request: RerankRequest): Promise<readonly Hit[]> {
    checkRequest(request);
    // Hits beyond the API's limit are dropped, since the search ranks them last.
    const hits = request.hits.slice(0, MAX_SOURCES);
    if (hits.length === 0) return [];
    const scores = await withRetry(() => this.#request(request, hits), {
      policy: { attempts: this.#settings.attempts },
      signal: request.signal,
    });
    return orderByScore(
      hits.filter((_, index) => scores.has(index)),
      [...scores.keys()].sort((left, right) => left - right).map((index) => scores.get(index)!),
      request.topK,
    );
  }

  /** Relevance by index of the hit, for the best `topK`. */
  async #request(request: RerankRequest, hits: readonly Hit[]): Promise<ReadonlyMap<number, number>> {
    const { RerankCommand } = await loadSdk();
    const client = await this.#connect();
    const options = { context: this.#context, timeoutMs: this.#settings.timeoutMs, signal: request.signal };
    const wanted = Math.min(request.topK, hits.length);
    const output = await awsRequest(async (abortSignal) => {
      const arn = modelArn(this.#settings.model, await client.config.region());
      const command = new RerankCommand({
        queries: [{ type: 'TEXT', textQuery: { text: request.question } }],
        sources: hits.map((hit) => ({
          type: 'INLINE',
          inlineDocumentSource: {
            type: 'TEXT',
            textDocument: { text: searchedText(hit).slice(0, MAX_TEXT_CHARACTERS) },
          },
        })),
        rerankingConfiguration: {
          type: 'BEDROCK_RERANKING_MODEL',
          bedrockRerankingConfiguration: { numberOfResults: wanted, modelConfiguration: { modelArn: arn } },
        },
      });
      return client.send(command, { abortSignal });
    }, options);
    const scores = new Map<number, number>();
    for (const { index = -1, relevanceScore = Number.NaN } of output.results ?? []) {
      if (!(index >= 0 && index < hits.length) || scores.has(index) || !Number.isFinite(relevanceScore)) {
        throw protocolFailure(
          this.#context,
          `the answer scores passage ${index} of ${hits.length} as ${relevanceScore}.`,
        );
      }
      scores.set(index, relevanceScore);
    }
    if (scores.size < wanted) {
      throw protocolFailure(this.#context, `the answer scores ${scores.size} of ${wanted} passages.`);
    }
    return scores;
  }

  #connect(): Promise<BedrockAgentRuntimeClient> {
    this.#client ??= loadSdk().then(async ({ BedrockAgentRuntimeClient }) =>
      guardedClient(new BedrockAgentRuntimeClient(await awsClientOptions(this.#settings)), MAX_ANSWER_BYTES),
    );
    return this.#client;
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Reranker {
  return new BedrockReranker(parseSettings(settingsSchema, settings, "reranker 'bedrock'"));
}
