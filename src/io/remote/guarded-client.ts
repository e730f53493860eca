import { pipeline, type Readable, Transform } from 'node:stream';
import { afterPause } from '../../core/index.ts';
import { AnswerTooLarge } from '../aws/index.ts';

/** The parts of an AWS client that are needed here. */
interface Client {
  /** Ends its connections; requests that come later open new ones. */
  destroy(): void;
  readonly middlewareStack: {
    add(middleware: never, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}
interface Handled {
  readonly response: { body?: unknown };
}

/**
 * The client, with answers of at most `maxBytes` (the SDK itself reads whatever comes) and with new connections after a
 * pause: an HTTP/2 session that died in it would be waited for until the request's time is over.
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
  // A failure of either is met by who reads; ending the counter early ends the connection.
  return pipeline(body, counter, () => {});
}
