import {
  parseServerSentEvents,
  protocolFailure,
  type ServerSentEvent,
  type ServiceContext,
  type StreamingAnswer,
  sizeFailure,
} from '../../../io/remote/index.ts';
import { MAX_ANSWER_BYTES } from '../model-answer.ts';
import { DONE } from './events.ts';

/**
 * The events of a response with any content type. JSON, from servers that do not stream, is one event.
 * @throws GENERATOR_FAILED for an HTML page
 */
export async function* eventsOf(
  { contentType, body }: StreamingAnswer,
  context: ServiceContext,
): AsyncIterable<ServerSentEvent> {
  const type = contentType.toLowerCase();
  if (type.includes('html')) throw await notEvents(contentType, body, context);
  if (!type.includes('json')) {
    yield* parseServerSentEvents(body, { lastMayBeUnended: true });
    return;
  }
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of body) {
    sizeBytes += part.length;
    if (sizeBytes > MAX_ANSWER_BYTES) throw sizeFailure(context, MAX_ANSWER_BYTES);
    parts.push(part);
  }
  yield { event: 'message', data: Buffer.concat(parts).toString('utf8') };
  yield { event: 'message', data: DONE };
}

async function notEvents(contentType: string, body: AsyncIterable<Uint8Array>, context: ServiceContext) {
  let beginning = '';
  for await (const part of body) {
    beginning = Buffer.from(part).toString('utf8', 0, 300);
    break;
  }
  return protocolFailure(context, 'the answer is not a stream of events.', {
    words: `content-type ${contentType}: ${beginning}`,
  });
}
