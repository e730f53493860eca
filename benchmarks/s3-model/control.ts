import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RequestRecorder, StorageModel } from '../../src/laptop/index.ts';

const PREFIX = '/__model/';

/** Requests to the proxy itself: `GET /__model/log`, `POST /__model/reset`, `POST /__model/settings`. */
export const isControl = (incoming: IncomingMessage): boolean => incoming.url?.startsWith(PREFIX) === true;

export function handleControl(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  model: StorageModel,
  recorder: RequestRecorder,
): void {
  const answer = (status: number, body: unknown): void => {
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  control(incoming, model, recorder).then(
    (body) => (body === undefined ? answer(404, { error: 'Unknown.' }) : answer(200, body)),
    (error: unknown) => answer(400, { error: String(error) }),
  );
}

async function control(
  incoming: IncomingMessage,
  model: StorageModel,
  recorder: RequestRecorder,
): Promise<unknown> {
  switch (`${incoming.method} ${incoming.url?.slice(PREFIX.length)}`) {
    case 'GET log':
      return recorder.toLog();
    case 'POST reset':
      recorder.reset();
      return { reset: true };
    case 'POST settings':
      return model.change(JSON.parse(await text(incoming)));
    default:
      return undefined;
  }
}
