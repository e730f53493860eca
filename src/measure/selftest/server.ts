import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PreciseClock } from '../experiment/load/clock.ts';
import { type LoopReading, watchLoop } from '../experiment/load/generator-health.ts';
import { type Behaviour, ENDINGS, type Ending } from './served-cases.ts';

/** The server's own measurements of one case. */
export interface ServerRecord {
  /** Milliseconds from the arrival of each request until the server ended it; NaN if it did not. */
  readonly servedMs: Float64Array;
  readonly loop: LoopReading;
}

/** A server of known behaviour. A request's body contains the index of its case and its number. */
export interface KnownServer {
  readonly url: string;
  begin(cases: readonly Behaviour[], requests: readonly number[]): void;
  end(): ServerRecord[];
  close(): Promise<void>;
}

interface Served {
  readonly behaviour: Behaviour;
  readonly servedMs: Float64Array;
  freeAtMs: number;
}

const STATUS: Readonly<Partial<Record<Ending, number>>> = { ok: 200, refuse: 429, fail: 503 };

/** Starts a server on a free local port. */
export async function startKnownServer(): Promise<KnownServer> {
  const clock = await PreciseClock.start();
  let served: Served[] = [];
  let readLoop = watchLoop();

  const server = createServer(async (request, response) => {
    const receivedMs = clock.now();
    const { at, number } = JSON.parse(await bodyOf(request)) as {
      readonly at: number;
      readonly number: number;
    };
    const of = served[at];
    if (of === undefined) return response.writeHead(404).end();
    const { delayMs, ending } = planned(of, number, receivedMs);
    if (ending === 'hang') return;
    clock.at(receivedMs + delayMs, () => {
      // Measured until now rather than until the due time, because callers also experience this delay.
      of.servedMs[number] = clock.now() - receivedMs;
      finish(request, response, ending);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2_048, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    begin(cases, requests) {
      served = cases.map((behaviour, index) => ({
        behaviour,
        servedMs: new Float64Array(requests[index]!).fill(Number.NaN),
        freeAtMs: 0,
      }));
      readLoop();
      readLoop = watchLoop();
    },
    end() {
      const loop = readLoop();
      return served.map(({ servedMs }) => ({ servedMs, loop }));
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await clock.close();
    },
  };
}

function planned(of: Served, number: number, receivedMs: number): { delayMs: number; ending: Ending } {
  const { behaviour } = of;
  if (behaviour.kind === 'delays') {
    return { delayMs: behaviour.delaysMs[number]!, ending: ENDINGS[behaviour.endings[number]!]! };
  }
  of.freeAtMs = Math.max(of.freeAtMs, receivedMs) + behaviour.serviceMs;
  return { delayMs: of.freeAtMs - receivedMs, ending: 'ok' };
}

function finish(request: IncomingMessage, response: ServerResponse, ending: Ending): void {
  if (ending === 'reset') request.socket.resetAndDestroy();
  else response.writeHead(STATUS[ending] ?? 200, { 'content-type': 'application/json' }).end('{"hits":[]}');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}
