import { SragError, withoutTrailingSlashes } from '../../../core/index.ts';
import {
  postForStream,
  type ServiceContext,
  type StreamingAnswer,
  withRetry,
} from '../../../io/remote/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import {
  checkRequest,
  MAX_STREAM_BYTES,
  type ModelCall,
  notFoundEvents,
  rewrittenFrom,
  toGenerationEvents,
} from '../model-answer.ts';
import type { GenerationEvent, GenerationRequest, Generator, RewriteRequest, Rewritten } from '../port.ts';
import { buildPrompt, buildRewritePrompt } from '../prompt.ts';
import { eventsOf } from './answer-events.ts';
import { toModelEvents } from './events.ts';
import { type OpenAiGeneratorSettings, settingsSchema } from './settings.ts';

export { settingsSchema };

/** Any server that speaks OpenAI's streamed `POST /chat/completions`. */
class OpenAiCompatibleGenerator implements Generator {
  readonly id: string;
  readonly #settings: OpenAiGeneratorSettings;
  readonly #context: ServiceContext;
  #requestsUsage = true;

  constructor(settings: OpenAiGeneratorSettings) {
    this.#settings = settings;
    this.id = `openai-compatible:${settings.model}`;
    this.#context = {
      failedCode: 'GENERATOR_FAILED',
      service: `Model ${settings.model}`,
      host: new URL(settings.baseUrl).host,
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
    const answer = await withRetry(() => this.#open(call), {
      policy: { attempts: this.#settings.attempts },
      signal: call.signal,
    });
    try {
      const events = toModelEvents(eventsOf(answer, this.#context), this.#context);
      yield* toGenerationEvents(events, this.#context, {
        ...call,
        startsInReasoning: this.#settings.promptOpensReasoning,
      });
    } finally {
      answer.close();
    }
  }

  /** Opens the stream. Does not request the usage if the server does not support that. */
  async #open(call: ModelCall): Promise<StreamingAnswer> {
    try {
      return await this.#post(call);
    } catch (error) {
      if (!this.#requestsUsage || !refusesStreamOptions(error)) throw error;
      this.#requestsUsage = false;
      return this.#post(call);
    }
  }

  #post({ prompt, maxOutputTokens, signal }: ModelCall): Promise<StreamingAnswer> {
    const { baseUrl, model, apiKey, temperature, maxTokensField, timeoutMs } = this.#settings;
    return postForStream({
      url: `${withoutTrailingSlashes(baseUrl)}/chat/completions`,
      body: {
        model,
        messages: [
          { role: 'system', content: prompt.system },
          { role: 'user', content: prompt.user },
        ],
        stream: true,
        stream_options: this.#requestsUsage ? { include_usage: true } : undefined,
        [maxTokensField]: maxOutputTokens,
        temperature,
      },
      apiKey,
      timeoutMs,
      maxBytes: MAX_STREAM_BYTES,
      signal,
      context: this.#context,
    });
  }
}

const refusesStreamOptions = (error: unknown): boolean =>
  error instanceof SragError &&
  error.fields.refusedInput === true &&
  error.upstream?.includes('stream_options') === true;

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Generator {
  return new OpenAiCompatibleGenerator(
    parseSettings(settingsSchema, settings, "generator 'openai-compatible'"),
  );
}
