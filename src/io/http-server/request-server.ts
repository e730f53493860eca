import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_HEADER_BYTES } from '../../core/index.ts';
import { OpenRequests } from './open-requests.ts';

/** Time for requests in flight when a server ends: as long as a gateway waits for a function, and a little more. */
export const GRACE_MS = 29_500;

/** An RFC 9457 problem, as much of it as is needed to send it. */
export interface SentProblem {
  readonly status: number;
  readonly title: string;
  readonly requestId: string;
}

/** What answers requests, and how those are refused that no answer can be made to. */
export interface RequestHandler {
  /** `fault` is what is wrong with a request that can be read all the same: it is to be refused. */
  handle(request: IncomingMessage, response: ServerResponse, fault: string | undefined): void;
  /** Refuses a request that was handed on already, and did not come whole. */
  refuse(response: ServerResponse, fault: string): void;
  /** The problem of what came over a connection and is no request. */
  problem(fault: string): SentProblem;
}

/** What Node's parser gives up with, in words. Each is a bad request: the API has no status of its own for them. */
const FAULTS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `The address and all headers together are larger than ${MAX_HEADER_BYTES} bytes.`,
  ERR_HTTP_REQUEST_TIMEOUT: 'The request was not sent whole in time.',
};

/** A server on which whatever comes gets an answer: what Node would answer by itself is a problem like any other. */
export class RequestServer {
  readonly server: Server;
  readonly #open: OpenRequests;
  readonly #handler: RequestHandler;

  constructor(handler: RequestHandler, options: ServerOptions = {}) {
    this.#handler = handler;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#open.track(request, response);
      const isNameless = request.httpVersion === '1.1' && request.headers.host === undefined;
      handler.handle(request, response, isNameless ? 'The request has no Host header.' : undefined);
    };
    this.server = createServer(
      { ...options, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
      serve,
    );
    this.#open = new OpenRequests(this.server);
    // What a client expects beyond 100-continue is nobody's to promise: the request is answered as any other.
    this.server.on('checkExpectation', serve);
    this.server.on('clientError', (error, socket) => this.#refuseBytes(error, socket));
    this.server.on('connect', (_request, socket) =>
      answerByHand(socket, handler.problem('This is no proxy: CONNECT is not taken.')),
    );
  }

  /** As {@link OpenRequests.close}. */
  close(graceMs: number, late?: (response: ServerResponse) => void): Promise<void> {
    return this.#open.close(graceMs, late);
  }

  #refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { code = error.name } = error;
    const fault = FAULTS[code] ?? `The bytes are no HTTP request (${code}).`;
    const open = this.#open.on(socket);
    if (open === undefined) return void answerByHand(socket, this.#handler.problem(fault));
    const { request, response } = open;
    // The fault came after a whole request: that one has its answer first, and no other.
    if (request.complete) return void response.once('finish', () => socket.end());
    // Nothing can be said any more in the middle of an answer.
    if (response.headersSent) return void socket.destroy();
    // Who ends in the middle of a request has most likely left: its response is not what refuses it.
    if (code === 'HPE_INVALID_EOF_STATE') return void answerByHand(socket, this.#handler.problem(fault));
    response.shouldKeepAlive = false;
    this.#handler.refuse(response, fault);
  }
}

/** Sends a problem as the answer to a request. */
export function sendProblem(
  response: ServerResponse,
  problem: SentProblem,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, { ...headersOf(problem, body), ...headers });
  response.end(body);
}

/** Where there is no response to write to: the connection is answered and closed. */
function answerByHand(socket: Duplex, problem: SentProblem): void {
  // Nobody else listens on a connection that was taken from its server.
  socket.on('error', () => socket.destroy());
  const body = JSON.stringify(problem);
  const headers = Object.entries(headersOf(problem, body)).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${problem.status} ${problem.title}`, ...headers, 'Connection: close'];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const headersOf = ({ requestId }: SentProblem, body: string) => ({
  'Content-Type': 'application/problem+json',
  'Content-Length': String(Buffer.byteLength(body)),
  'X-Request-Id': requestId,
});
