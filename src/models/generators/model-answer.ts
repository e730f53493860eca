import { asSragError, SragError, throwIfAborted } from '../../core/index.ts';
import { protocolFailure, type ServiceContext } from '../../io/remote/index.ts';
import { type GenerationEvent, type GenerationRequest, NOT_FOUND_ANSWER, type TokenUsage } from './port.ts';
import { isNotFoundAnswer } from './prompt.ts';
import { type SpokenPiece, ThinkingFilter } from './thinking.ts';

/** Most bytes of a model's stream: 100,000 tokens with 300 bytes around each. */
export const MAX_STREAM_BYTES = 32 * 2 ** 20;
/** And of one that does not stream: its JSON is parsed at once. */
export const MAX_ANSWER_BYTES = 4 * 2 ** 20;
/** No token of any model is longer: runs of spaces and of signs are the longest. */
const MOST_CHARACTERS_PER_TOKEN = 128;

/** What a model's stream says, in the words of no particular service. */
export type ModelEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stop'; readonly reason: 'complete' | 'length' | 'filtered' }
  | { readonly kind: 'usage'; readonly inputTokens: number; readonly outputTokens: number };

/** Checks a request before anything is sent. @throws INVALID_ARGUMENT, CANCELLED. */
export function checkRequest(request: GenerationRequest): void {
  throwIfAborted(request.signal);
  if (request.question.trim() === '') {
    throw new SragError('INVALID_ARGUMENT', 'The question is empty.', { remedy: 'Ask a question in words.' });
  }
  if (!Number.isInteger(request.maxOutputTokens) || request.maxOutputTokens < 1) {
    throw new SragError('INVALID_ARGUMENT', `maxOutputTokens is ${request.maxOutputTokens}.`, {
      remedy: 'Give a whole number of at least 1.',
    });
  }
}

/** The answer where there is nothing to answer from: no model needs to be asked. */
export function* answerFromNothing(): Iterable<GenerationEvent> {
  yield { kind: 'token', text: NOT_FOUND_ANSWER };
  yield {
    kind: 'end',
    stopReason: 'complete',
    notFound: true,
    usage: { inputTokens: 0, outputTokens: 0, estimated: false },
  };
}

/**
 * Turns a model's stream into tokens and one `end`.
 * @throws GENERATOR_FAILED where the stream ends without saying why: the connection was cut. ANSWER_TOO_LONG where the
 * model does not keep to the limit that it was sent.
 */
export async function* toGenerationEvents(
  events: AsyncIterable<ModelEvent>,
  context: ServiceContext,
  { maxOutputTokens, signal }: Pick<GenerationRequest, 'maxOutputTokens' | 'signal'>,
): AsyncIterable<GenerationEvent> {
  const spoken = new SpokenAnswer();
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
      if (characters > maxOutputTokens * MOST_CHARACTERS_PER_TOKEN) throw tooLong(context, maxOutputTokens);
      yield* spoken.push(event.text);
    }
  }
  throwIfAborted(signal);
  if (stopReason === undefined) {
    throw protocolFailure(context, `the stream ended after ${characters} characters without an end mark.`);
  }
  yield* spoken.end();
  yield {
    kind: 'end',
    stopReason,
    notFound: isNotFoundAnswer(spoken.text),
    ...(usage === undefined ? {} : { usage }),
  };
}

/** The answer so far, without the model's thinking. */
class SpokenAnswer {
  readonly #filter = new ThinkingFilter();
  #text = '';

  get text(): string {
    return this.#text;
  }

  push(text: string): Iterable<GenerationEvent> {
    return this.#take(this.#filter.push(text));
  }

  end(): Iterable<GenerationEvent> {
    return this.#take(this.#filter.end());
  }

  *#take(pieces: readonly SpokenPiece[]): Iterable<GenerationEvent> {
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
  new SragError(
    'ANSWER_TOO_LONG',
    `${service}: the answer is longer than ${maxOutputTokens} tokens can be.`,
    {
      remedy: "See that the model's server keeps to the limit of output tokens that it is sent.",
      fields: { model, maxOutputTokens },
    },
  );

/** The same events; whatever is thrown on the way is a `SragError`. */
async function* typed(events: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> {
  try {
    yield* events;
  } catch (error) {
    throw asSragError(error, 'GENERATOR_FAILED');
  }
}
