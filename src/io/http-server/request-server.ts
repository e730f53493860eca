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

/**
 * Maximum wait for requests in flight when a server shuts down. It is slightly longer than a gateway's wait
 * for a function.
 */
export const GRACE_MS = 29_500;

/** The parts of a problem response (RFC 9457) that are needed to send it. */
export interface SentProblem {
  readonly status: number;
  readonly title: string;
  readonly requestId: string;
}

/** Answers requests and refuses malformed ones. */
export interface RequestHandler {
  /** Answers a request. If `fault` is set, the request is invalid and must be refused with that message. */
  handle(request: IncomingMessage, response: ServerResponse, fault: string | undefined): void;
  /** Refuses a request that was passed to `handle` but did not arrive completely. */
  refuse(response: ServerResponse, fault: string): void;
  /** Returns the problem response for a malformed request, for which Node creates no response object. */
  problem(fault: string): SentProblem;
}

/** Messages for errors of Node's HTTP parser. All are 400 Bad Request: the API has no separate statuses for them. */
const FAULTS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `The address and all headers together are larger than ${MAX_HEADER_BYTES} bytes.`,
  ERR_HTTP_REQUEST_TIMEOUT: 'The request was not completely received in time.',
};

/** A server that answers malformed requests with problem responses, not with Node's default responses. */
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
    // Expectations other than 100-continue are ignored: the request is answered normally.
    this.server.on('checkExpectation', serve);
    this.server.on('clientError', (error, socket) => this.#refuseBytes(error, socket));
    this.server.on('connect', (_request, socket) =>
      answerByHand(socket, handler.problem('This server is not a proxy: CONNECT is not supported.')),
    );
  }

  /** See {@link OpenRequests.close}. */
  close(graceMs: number, late?: (response: ServerResponse) => void): Promise<void> {
    return this.#open.close(graceMs, late);
  }

  #refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { code = error.name } = error;
    const fault = FAULTS[code] ?? `The bytes are not an HTTP request (${code}).`;
    const open = this.#open.on(socket);
    if (open === undefined) return void answerByHand(socket, this.#handler.problem(fault));
    const { request, response } = open;
    // The malformed bytes follow a complete request: answer that request, then close the connection.
    if (request.complete) return void response.once('finish', () => socket.end());
    // If the response has started, it cannot report the fault.
    if (response.headersSent) return void socket.destroy();
    // A client that ends the connection within a request is probably gone, so the response object is
    // bypassed.
    if (code === 'HPE_INVALID_EOF_STATE') return void answerByHand(socket, this.#handler.problem(fault));
    response.shouldKeepAlive = false;
    this.#handler.refuse(response, fault);
  }
}

/** Sends a problem response. */
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

/** Writes a response directly to a connection that has no response object, and closes it. */
function answerByHand(socket: Duplex, problem: SentProblem): void {
  // Node does not handle errors of a detached connection.
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
