import { pipeline, type Readable, Transform } from 'node:stream';
import { afterPause } from '../../core/index.ts';
import { AnswerTooLarge } from '../aws/index.ts';

/** The required parts of an AWS client. */
interface Client {
  /** Closes its connections; a later request opens a new one. */
  destroy(): void;
  readonly middlewareStack: {
    add(middleware: never, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}
interface Handled {
  readonly response: { body?: unknown };
}

/**
 * Limits the client's responses to `maxBytes` (the SDK has no limit) and makes it open new connections after a pause: a
 * request on an HTTP/2 session that died during the pause would wait until its timeout.
 */
export function guardedClient<C extends Client>(client: C, maxBytes: number): C {
  const limit =
    (next: (request: unknown) => Promise<Handled>) =>
    async (request: unknown): Promise<Handled> => {
      const handled = await next(request);
      const { body } = handled.response;
      if (isReadable(body)) handled.response.body = limited(body, maxBytes);
      return handled;
    };
  client.middlewareStack.add(limit as never, { step: 'deserialize', priority: 'low' });
  afterPause(client, (paused) => paused.destroy());
  return client;
}

const isReadable = (body: unknown): body is Readable =>
  typeof (body as Readable | undefined)?.pipe === 'function';

function limited(body: Readable, maxBytes: number): Transform {
  let size = 0;
  const counter = new Transform({
    transform(part: Buffer, _encoding, done) {
      size += part.length;
      if (size > maxBytes) done(new AnswerTooLarge(maxBytes));
      else done(null, part);
    },
  });
  // `pipeline` passes errors of both streams to the reader. If the reader closes the counter early,
  // `pipeline` also closes the connection.
  return pipeline(body, counter, () => {});
}
