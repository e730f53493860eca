import { hasCode } from '../../../core/index.ts';
import { protocolFailure, type ServerSentEvent, type ServiceContext } from '../../../io/remote/index.ts';
import type { ModelEvent } from '../model-answer.ts';
import { errorIn, isFields, readChunk } from './chunk.ts';

/** The last event of a stream. */
export const DONE = '[DONE]';

/** Meaning of the finish reasons of OpenAI and other servers; all others mean a complete answer. */
const STOP_REASONS: Readonly<Record<string, 'length' | 'filtered'>> = {
  length: 'length',
  max_tokens: 'length',
  max_length: 'length',
  model_length: 'length',
  content_filter: 'filtered',
  safety: 'filtered',
};

/**
 * Converts the events of a streamed chat completion. A finish reason, or `[DONE]` after some text, completes the
 * answer; errors after it are ignored.
 * @throws GENERATOR_FAILED if the stream ends earlier, as after a lost connection, or contains an error.
 */
export async function* toModelEvents(
  events: AsyncIterable<ServerSentEvent>,
  context: ServiceContext,
): AsyncIterable<ModelEvent> {
  const reader = new StreamReader(context);
  try {
    for await (const event of events) {
      for (const data of messagesOf(event.data)) {
        yield* reader.read(event.event, data);
        if (reader.isDone) return;
      }
    }
  } catch (error) {
    if (!reader.isStopped || hasCode(error, 'CANCELLED')) throw error;
  }
  if (reader.isStopped) return;
  throw protocolFailure(
    context,
    'the stream ended without a finish_reason or [DONE]: the connection was cut.',
    {
      words: reader.last,
    },
  );
}

class StreamReader {
  readonly #context: ServiceContext;
  #hasText = false;
  /** The last message that the server sent. */
  last = '';
  isStopped = false;
  isDone = false;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  *read(event: string, data: string): Iterable<ModelEvent> {
    if (data.trim() === DONE) {
      yield* this.#end();
      return;
    }
    const { text, whole, finishReason, usage } = this.#chunk(event, data);
    // Some servers repeat the whole answer in the last chunk.
    const added = text === '' && !this.#hasText ? whole : text;
    this.#hasText ||= added !== '';
    if (added !== '') yield { kind: 'text', text: added };
    if (finishReason === 'error') {
      throw protocolFailure(this.#context, 'the model ended with an error.', { words: data });
    }
    if (finishReason !== undefined) yield this.#stop(finishReason);
    if (usage !== undefined) yield { kind: 'usage', ...usage };
  }

  *#end(): Iterable<ModelEvent> {
    this.isDone = true;
    if (this.isStopped) return;
    if (this.#hasText) yield this.#stop('stop');
    else {
      throw protocolFailure(this.#context, 'the answer contains no text and no finish_reason.', {
        words: this.last,
      });
    }
  }

  #stop(reason: string): ModelEvent {
    this.isStopped = true;
    return { kind: 'stop', reason: STOP_REASONS[reason] ?? 'complete' };
  }

  #chunk(event: string, data: string) {
    this.last = data;
    const value = jsonOf(data);
    if (value === undefined) {
      throw protocolFailure(this.#context, 'an event of the stream is not JSON.', {
        words: data.slice(0, 100),
      });
    }
    if (!isFields(value)) {
      throw protocolFailure(this.#context, 'an event of the stream is not a chunk.', {
        words: data.slice(0, 100),
      });
    }
    const error = this.isStopped ? undefined : errorIn(value, event, data, this.#context);
    if (error !== undefined) throw error;
    return readChunk(value);
  }
}

/** The messages of an event: several if the server separates them by single line ends, not by blank lines. */
function messagesOf(data: string): readonly string[] {
  if (data.trim() === '') return [];
  return !data.includes('\n') || jsonOf(data) !== undefined
    ? [data]
    : data.split('\n').filter((line) => line.trim() !== '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
