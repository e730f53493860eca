import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { faultSource } from './faults.ts';
import type { ModelState } from './proxy.ts';
import { changeSettings } from './settings.ts';

const PREFIX = '/__model/';

/** Requests to the proxy itself: `GET /__model/log`, `POST /__model/reset`, `POST /__model/settings`. */
export const isControl = (incoming: IncomingMessage): boolean => incoming.url?.startsWith(PREFIX) === true;

export function handleControl(incoming: IncomingMessage, outgoing: ServerResponse, state: ModelState): void {
  const answer = (status: number, body: unknown): void => {
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  control(incoming, state).then(
    (body) => (body === undefined ? answer(404, { error: 'Unknown.' }) : answer(200, body)),
    (error: unknown) => answer(400, { error: String(error) }),
  );
}

async function control(incoming: IncomingMessage, state: ModelState): Promise<unknown> {
  switch (`${incoming.method} ${incoming.url?.slice(PREFIX.length)}`) {
    case 'GET log':
      return state.recorder.toLog();
    case 'POST reset':
      state.recorder.reset();
      return { reset: true };
    case 'POST settings': {
      state.settings = changeSettings(state.settings, JSON.parse(await text(incoming)));
      state.drawFault = faultSource(state.settings.seed, state.settings.faultRate);
      return state.settings;
    }
    default:
      return undefined;
  }
}
