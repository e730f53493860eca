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
  type ModelCall,
  notFoundEvents,
  rewrittenFrom,
  toGenerationEvents,
} from '../model-answer.ts';
import type { GenerationEvent, GenerationRequest, Generator, RewriteRequest, Rewritten } from '../port.ts';
import { buildPrompt, buildRewritePrompt } from '../prompt.ts';
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
    yield* this.#call({ ...request, prompt: buildPrompt(request) });
  }

  async rewrite(request: RewriteRequest): Promise<Rewritten> {
    checkRequest(request);
    return rewrittenFrom(this.#call({ ...request, prompt: buildRewritePrompt(request) }));
  }

  async *#call(call: ModelCall): AsyncIterable<GenerationEvent> {
    const events = await withRetry(() => this.#open(call), {
      policy: { attempts: this.#settings.attempts },
      signal: call.signal,
    });
    yield* toGenerationEvents(toModelEvents(events, this.#context), this.#context, call);
  }

  #open(call: ModelCall): Promise<AsyncIterable<ConverseStreamOutput>> {
    const { stream, timeoutMs } = this.#settings;
    const options = { context: this.#context, timeoutMs, signal: call.signal };
    if (stream) return awsEvents((abortSignal) => this.#converseStream(call, abortSignal), options);
    return awsRequest(async (abortSignal) => asEvents(await this.#converse(call, abortSignal)), options);
  }

  async #converseStream(call: ModelCall, abortSignal: AbortSignal) {
    const { ConverseStreamCommand } = await loadSdk();
    const client = await this.#connect();
    return (await client.send(new ConverseStreamCommand(this.#input(call)), { abortSignal })).stream;
  }

  async #converse(call: ModelCall, abortSignal: AbortSignal) {
    const { ConverseCommand } = await loadSdk();
    const client = await this.#connect();
    return client.send(new ConverseCommand(this.#input(call)), { abortSignal });
  }

  #input({ prompt, maxOutputTokens }: ModelCall): ConverseStreamCommandInput {
    const { model, temperature, guardrail } = this.#settings;
    return {
      modelId: model,
      system: [{ text: prompt.system }],
      messages: [{ role: 'user', content: [{ text: prompt.user }] }],
      inferenceConfig: {
        maxTokens: maxOutputTokens,
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
