import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A received request. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The path as sent, still percent-encoded. */
  readonly rawPath: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly bytes: Buffer;
}

/** A local server; `stop` also closes open connections. */
export interface LocalServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Number of responses that the client abandoned before they were complete. */
  readonly abandoned: () => number;
  /** Current number of requests in flight. */
  readonly inFlight: () => number;
  /** Largest number of concurrent requests. */
  readonly mostInFlight: () => number;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1, for HTTP/1.1 or for HTTP/2 without TLS. */
export async function startHttpServer(
  answer: (request: RecordedRequest, response: ServerResponse) => void | Promise<void>,
  { http2 = false } = {},
): Promise<LocalServer> {
  const requests: RecordedRequest[] = [];
  let abandoned = 0;
  let inFlight = 0;
  let most = 0;
  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, ++inFlight);
    response.on('close', () => {
      inFlight--;
      if (!response.writableEnded) abandoned++;
    });
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    const request: RecordedRequest = {
      method: incoming.method ?? '',
      path: decodeURIComponent(incoming.url ?? ''),
      rawPath: incoming.url ?? '',
      headers: incoming.headers,
      body: bytes.toString('utf8'),
      bytes,
    };
    requests.push(request);
    await answer(request, response);
  };
  // The request and response objects of Node's HTTP/2 server have the same members.
  const server = http2 ? closable(createHttp2Server(listener as never)) : createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    abandoned: () => abandoned,
    inFlight: () => inFlight,
    mostInFlight: () => most,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function closable(server: Http2Server): Http2Server & { closeAllConnections(): void } {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  const closeAllConnections = (): void => {
    for (const session of sessions) session.destroy();
  };
  return Object.assign(server, { closeAllConnections });
}

/** Waits until `condition` returns true, without a time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 2));
}
