import type {
  BedrockRuntimeClient,
  ConverseStreamCommandInput,
  ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import {
  awsClientOptions,
  awsEvents,
  awsRequest,
  guardedClient,
  type ServiceContext,
  withRetry,
} from '../../../io/remote/index.ts';
import { loadOptionalPackage, parseSettings } from '../../../io/settings/index.ts';
import {
  checkRequest,
  MAX_ANSWER_BYTES,
  MAX_STREAM_BYTES,
  notFoundEvents,
  toGenerationEvents,
} from '../model-answer.ts';
import type { GenerationEvent, GenerationRequest, Generator } from '../port.ts';
import { buildPrompt } from '../prompt.ts';
import { asEvents, toModelEvents } from './events.ts';
import { type BedrockGeneratorSettings, settingsSchema } from './settings.ts';

export { settingsSchema };

const loadSdk = () =>
  loadOptionalPackage(
    '@aws-sdk/client-bedrock-runtime',
    "Generator 'bedrock'",
    () => import('@aws-sdk/client-bedrock-runtime'),
  );

/** Any text model of Amazon Bedrock, through ConverseStream, or through Converse if it cannot stream. */
class BedrockGenerator implements Generator {
  readonly id: string;
  readonly #settings: BedrockGeneratorSettings;
  readonly #context: ServiceContext;
  #client: Promise<BedrockRuntimeClient> | undefined;

  constructor(settings: BedrockGeneratorSettings) {
    this.#settings = settings;
    this.id = `bedrock:${settings.model}`;
    this.#context = {
      failedCode: 'GENERATOR_FAILED',
      service: `Bedrock model ${settings.model}`,
      model: settings.model,
    };
  }

  async *generate(request: GenerationRequest): AsyncIterable<GenerationEvent> {
    checkRequest(request);
    if (request.passages.length === 0) {
      yield* notFoundEvents();
      return;
    }
    const events = await withRetry(() => this.#open(request), {
      policy: { attempts: this.#settings.attempts },
      signal: request.signal,
    });
    yield* toGenerationEvents(toModelEvents(events, this.#context), this.#context, request);
  }

  #open(request: GenerationRequest): Promise<AsyncIterable<ConverseStreamOutput>> {
    const { stream, timeoutMs } = this.#settings;
    const options = { context: this.#context, timeoutMs, signal: request.signal };
    if (stream) return awsEvents((abortSignal) => this.#converseStream(request, abortSignal), options);
    return awsRequest(async (abortSignal) => asEvents(await this.#converse(request, abortSignal)), options);
  }

  async #converseStream(request: GenerationRequest, abortSignal: AbortSignal) {
    const { ConverseStreamCommand } = await loadSdk();
    const client = await this.#connect();
    return (await client.send(new ConverseStreamCommand(this.#input(request)), { abortSignal })).stream;
  }

  async #converse(request: GenerationRequest, abortSignal: AbortSignal) {
    const { ConverseCommand } = await loadSdk();
    const client = await this.#connect();
    return client.send(new ConverseCommand(this.#input(request)), { abortSignal });
  }

  #input(request: GenerationRequest): ConverseStreamCommandInput {
    const { model, temperature, guardrail } = this.#settings;
    const { system, user } = buildPrompt(request);
    return {
      modelId: model,
      system: [{ text: system }],
      messages: [{ role: 'user', content: [{ text: user }] }],
      inferenceConfig: {
        maxTokens: request.maxOutputTokens,
        temperature,
      },
      guardrailConfig:
        guardrail === undefined
          ? undefined
          : { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version },
    };
  }

  #connect(): Promise<BedrockRuntimeClient> {
    this.#client ??= loadSdk().then(async ({ BedrockRuntimeClient }) =>
      guardedClient(
        new BedrockRuntimeClient(await awsClientOptions(this.#settings)),
        this.#settings.stream ? MAX_STREAM_BYTES : MAX_ANSWER_BYTES,
      ),
    );
    return this.#client;
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Generator {
  return new BedrockGenerator(parseSettings(settingsSchema, settings, "generator 'bedrock'"));
}
