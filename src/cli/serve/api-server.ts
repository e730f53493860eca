import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { malformedRequest } from '../../http/index.ts';
import { OpenRequests } from '../../http-server/index.ts';

interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** A server, and how it is ended. */
export interface ApiServer {
  readonly server: Server;
  /** Takes no more requests and answers those in flight, for so long; what has no answer then is broken off. */
  close(graceMs: number): Promise<void>;
}

/** An HTTP server of the API. What is no HTTP, or names no address, is told as a problem like everything else. */
export function apiServer(app: App): ApiServer {
  const listener = getRequestListener(app.fetch, {
    errorHandler: (error) => {
      const problem = malformedRequest(messageOf(error), randomUUID());
      return new Response(JSON.stringify(problem), {
        status: problem.status,
        headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': problem.requestId },
      });
    },
  });
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    open.track(request, response);
    void listener(request, response);
  };
  const server = createServer(serve);
  const open = new OpenRequests(server);
  server.on('clientError', refuseBytes);
  server.on('connect', (_request, socket) => answerByHand(socket, 'This is no proxy: CONNECT is not taken.'));
  // What a client expects beyond 100-continue is nobody's to promise: the request is answered as any other.
  server.on('checkExpectation', serve);
  return { server, close: (graceMs) => open.close(graceMs) };
}

/** Node's parser gave up. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else answerByHand(socket, `The bytes are no HTTP request (${error.code ?? error.name}).`);
}

/** Where there is no response to write to: the connection is answered and closed. */
function answerByHand(socket: Duplex, detail: string): void {
  const problem = malformedRequest(detail, randomUUID());
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${problem.requestId}`,
    'Connection: close',
    '',
    body,
  ];
  socket.end(lines.join('\r\n'));
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `The request cannot be read: ${error.message.slice(0, 200)}.` : 'Unknown.';
