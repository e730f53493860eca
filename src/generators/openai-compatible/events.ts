import { z } from 'zod';
import {
  httpFailure,
  protocolFailure,
  type ServerSentEvent,
  type ServiceContext,
} from '../../remote/index.ts';
import type { ModelEvent } from '../model-answer.ts';

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/** An error object in the middle of a stream; its `code` may be an HTTP status. */
const errorSchema = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string().optional(), code: z.union([z.string(), z.number()]).nullish() }),
  ]),
});

const STOP_REASONS: Readonly<Record<string, 'length' | 'filtered'>> = {
  length: 'length',
  content_filter: 'filtered',
};

function readChunk(data: string, context: ServiceContext): z.output<typeof chunkSchema> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw protocolFailure(context, 'an event of the stream is not JSON.', {
      words: data.slice(0, 100),
      cause,
    });
  }
  const failure = errorSchema.safeParse(value);
  if (failure.success) throw errorOf(failure.data.error, data, context);
  const chunk = chunkSchema.safeParse(value);
  if (!chunk.success) {
    throw protocolFailure(context, 'an event of the stream is not a chunk.', {
      words: data.slice(0, 100),
      cause: chunk.error,
    });
  }
  return chunk.data;
}

function errorOf(error: z.output<typeof errorSchema>['error'], body: string, context: ServiceContext) {
  const code = typeof error === 'string' ? undefined : error.code;
  const named: Readonly<Record<string, number>> = { rate_limit_exceeded: 429, model_not_found: 404 };
  const status = typeof code === 'number' && code >= 400 ? code : (named[String(code)] ?? 500);
  return httpFailure(context, { status, body, retryAfterMs: undefined, hasKey: true });
}

/**
 * Translates the events of a streamed chat completion.
 * @throws GENERATOR_FAILED where it ends without `[DONE]`: the connection was cut; and for errors in the stream.
 */
export async function* toModelEvents(
  events: AsyncIterable<ServerSentEvent>,
  context: ServiceContext,
): AsyncIterable<ModelEvent> {
  for await (const { data } of events) {
    if (data.trim() === '[DONE]') return;
    const chunk = readChunk(data, context);
    const choice = chunk.choices[0];
    if (choice?.delta?.content) yield { kind: 'text', text: choice.delta.content };
    if (choice?.finish_reason)
      yield { kind: 'stop', reason: STOP_REASONS[choice.finish_reason] ?? 'complete' };
    if (chunk.usage) {
      yield {
        kind: 'usage',
        inputTokens: chunk.usage.prompt_tokens,
        outputTokens: chunk.usage.completion_tokens,
      };
    }
  }
  throw protocolFailure(context, 'the stream ended without [DONE]: the connection was cut.');
}
