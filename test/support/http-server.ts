import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The path as it was sent, percent signs included. */
  readonly rawPath: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly bytes: Buffer;
}

/** A local server; `stop` ends open connections too. */
export interface LocalServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Answers whose connection the client closed before they were complete. */
  readonly abandoned: () => number;
  /** Requests in flight now. */
  readonly inFlight: () => number;
  /** Largest number of requests in flight together. */
  readonly mostInFlight: () => number;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1, of HTTP/1.1 or of HTTP/2 without TLS. */
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
  // Node's HTTP/2 server gives listeners objects with the same members.
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

/** Waits until `condition` holds, however slow the machine is. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 2));
}
