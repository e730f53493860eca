import type { StreamEvent } from '../service/index.ts';
import { problemOf } from './problem.ts';

const encoder = new TextEncoder();

/** Streams events as a response, pulled on demand. If the client disconnects, the iteration ends. */
export function eventStream(events: AsyncIterable<StreamEvent>, requestId: string): Response {
  const iterator = events[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoded(value.event, value.data));
      } catch (error) {
        // The status has already been sent, so the last event contains the problem response.
        controller.enqueue(encoded('error', problemOf(error, requestId)));
        controller.close();
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Request-Id': requestId,
    },
  });
}

/** JSON has no line breaks, so an event's data is one line. */
const encoded = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
