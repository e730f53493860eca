import { asSragError, SragError, throwIfAborted, withoutUndefined } from '../../core/index.ts';
import { protocolFailure, type ServiceContext } from '../../io/remote/index.ts';
import { isNotFoundAnswer } from './not-found.ts';
import {
  type GenerationEvent,
  type GenerationRequest,
  NOT_FOUND_ANSWER,
  type Rewritten,
  type TokenUsage,
} from './port.ts';
import type { Prompt } from './prompt.ts';
import { type AnswerPiece, ThinkingFilter } from './thinking.ts';

/** Maximum bytes of a model's stream: 100,000 tokens with 300 bytes of framing each. */
export const MAX_STREAM_BYTES = 32 * 2 ** 20;
/** Maximum bytes of a non-streamed answer, whose JSON is parsed as a whole. */
export const MAX_ANSWER_BYTES = 4 * 2 ** 20;
/** Maximum characters per token of any model. The longest tokens are runs of spaces and punctuation. */
const MAX_CHARACTERS_PER_TOKEN = 128;

/** An event of a model's stream, independent of the service. */
export type ModelEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stop'; readonly reason: 'complete' | 'length' | 'filtered' }
  | { readonly kind: 'usage'; readonly inputTokens: number; readonly outputTokens: number };

/** One call of a model. */
export interface ModelCall extends Pick<GenerationRequest, 'maxOutputTokens' | 'signal'> {
  readonly prompt: Prompt;
}

/** Checks a request before anything is sent. @throws INVALID_ARGUMENT, CANCELLED. */
export function checkRequest(
  request: Pick<GenerationRequest, 'question' | 'maxOutputTokens' | 'signal'>,
): void {
  throwIfAborted(request.signal);
  if (request.question.trim() === '') {
    throw new SragError('INVALID_ARGUMENT', 'The question is empty.', { remedy: 'Ask a question in words.' });
  }
  if (!Number.isInteger(request.maxOutputTokens) || request.maxOutputTokens < 1) {
    throw new SragError('INVALID_ARGUMENT', `maxOutputTokens is ${request.maxOutputTokens}.`, {
      remedy: 'Use an integer of at least 1.',
    });
  }
}

/** The not-found answer if there are no passages, without calling a model. */
export function* notFoundEvents(confidence?: number): Iterable<GenerationEvent> {
  yield { kind: 'token', text: NOT_FOUND_ANSWER };
  yield {
    kind: 'end',
    stopReason: 'complete',
    notFound: true,
    confidence,
    usage: { inputTokens: 0, outputTokens: 0, estimated: false },
  };
}

/**
 * Converts a model's stream to tokens and one final `end` event.
 * @throws GENERATOR_FAILED if the stream ends without a stop reason, for example after a lost connection;
 * ANSWER_TOO_LONG if the model exceeds the requested limit.
 */
export async function* toGenerationEvents(
  events: AsyncIterable<ModelEvent>,
  context: ServiceContext,
  {
    maxOutputTokens,
    signal,
    startsInReasoning,
  }: Pick<GenerationRequest, 'maxOutputTokens' | 'signal'> & { readonly startsInReasoning?: boolean },
): AsyncIterable<GenerationEvent> {
  const answer = new VisibleAnswer(startsInReasoning);
  let characters = 0;
  let stopReason: 'complete' | 'length' | 'filtered' | undefined;
  let usage: TokenUsage | undefined;
  for await (const event of typed(events)) {
    throwIfAborted(signal);
    if (event.kind === 'stop') stopReason = event.reason;
    else if (event.kind === 'usage') {
      usage = { inputTokens: event.inputTokens, outputTokens: event.outputTokens, estimated: false };
    } else if (event.text !== '') {
      characters += event.text.length;
      if (characters > maxOutputTokens * MAX_CHARACTERS_PER_TOKEN) throw tooLong(context, maxOutputTokens);
      yield* answer.push(event.text);
    }
  }
  throwIfAborted(signal);
  if (stopReason === undefined) {
    throw protocolFailure(context, `the stream ended after ${characters} characters without a stop reason.`);
  }
  yield* answer.end();
  const end = { kind: 'end', stopReason, notFound: isNotFoundAnswer(answer.text), usage } as const;
  yield withoutUndefined(end);
}

/** Collects the events of a rewritten question. */
export async function rewrittenFrom(events: AsyncIterable<GenerationEvent>): Promise<Rewritten> {
  let text = '';
  for await (const event of events) {
    if (event.kind === 'token' || event.kind === 'quotation') text += event.text;
    else if (event.kind === 'discard') text = '';
    else return withoutUndefined({ text, isComplete: event.stopReason === 'complete', usage: event.usage });
  }
  return { text, isComplete: false };
}

/** The answer so far, without the model's thinking. */
class VisibleAnswer {
  readonly #filter: ThinkingFilter;
  #text = '';

  constructor(startsInReasoning?: boolean) {
    this.#filter = new ThinkingFilter(startsInReasoning);
  }

  get text(): string {
    return this.#text;
  }

  push(text: string): Iterable<GenerationEvent> {
    return this.#take(this.#filter.push(text));
  }

  end(): Iterable<GenerationEvent> {
    return this.#take(this.#filter.end());
  }

  *#take(pieces: readonly AnswerPiece[]): Iterable<GenerationEvent> {
    for (const piece of pieces) {
      if (piece.kind === 'text') {
        this.#text += piece.text;
        yield { kind: 'token', text: piece.text };
      } else if (this.#text !== '') {
        this.#text = '';
        yield piece;
      }
    }
  }
}

const tooLong = ({ service, model }: ServiceContext, maxOutputTokens: number): SragError =>
  new SragError('ANSWER_TOO_LONG', `${service}: the answer is too long for ${maxOutputTokens} tokens.`, {
    remedy: "Check that the model's server respects the limit of output tokens in its requests.",
    fields: { model, maxOutputTokens },
  });

/** Passes the events on and converts errors to `SragError`. */
async function* typed(events: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> {
  try {
    yield* events;
  } catch (error) {
    throw asSragError(error, 'GENERATOR_FAILED');
  }
}
