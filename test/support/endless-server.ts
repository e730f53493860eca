import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalServer, startHttpServer } from './http-server.ts';

/** A response that never ends. */
export interface Endless {
  readonly contentType: string;
  readonly status?: number;
  readonly head?: string | Uint8Array;
  readonly part: string | Uint8Array;
  /** Pause between parts; without it, sends as fast as the client reads. */
  readonly pauseMs?: number;
}

export interface EndlessServer extends LocalServer {
  endless: Endless;
}

/** A server that answers every request with an endless body, until its client disconnects. */
export async function startEndlessServer(): Promise<EndlessServer> {
  const state: { endless: Endless } = { endless: { contentType: 'text/plain', part: ' ' } };
  const server = await startHttpServer((_request, response) => send(state.endless, response));
  return Object.defineProperty(server as EndlessServer, 'endless', {
    get: () => state.endless,
    set: (endless: Endless) => {
      state.endless = endless;
    },
  });
}

async function send(
  { contentType, status = 200, head = '', part, pauseMs }: Endless,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(status, { 'content-type': contentType });
  response.write(head);
  const isLeft = once(response, 'close');
  while (!response.destroyed) {
    if (!response.write(part))
      await Promise.race([new Promise((done) => response.once('drain', done)), isLeft]);
    else if (pauseMs === undefined) await new Promise(setImmediate);
    else await sleep(pauseMs);
  }
}
