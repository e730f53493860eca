import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Access, guarded, sameSecret } from '../../io/http-server/index.ts';
import { MAX_RESPONSE_BYTES } from './port.ts';

/** One event for the runtime. */
export interface Assignment {
  readonly requestId: string;
  readonly payload: Buffer;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

/** Receives the runtime's calls to its API. */
export interface RuntimeListener {
  /** The runtime polls for an invocation, so it is ready. */
  ready(): void;
  initFailed(errorType: string, payload: Buffer): void;
  responded(requestId: string, payload: Buffer): void;
  failed(requestId: string, errorType: string, payload: Buffer): void;
  /** The listener must read the body. Trailers report an error after the first byte. */
  streams(requestId: string, contentType: string, body: IncomingMessage): void;
}

const ROOT = '2018-06-01/runtime/';
const ERROR_TYPE = 'lambda-runtime-function-error-type';
const MAX_ERROR_BYTES = 262_144;

/**
 * The documented Lambda Runtime API of one execution environment: next, response, error, init error. Paths
 * begin with a secret that only the environment knows, since other users of the machine can reach the
 * loopback interface.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  readonly #secret = randomBytes(16).toString('hex');
  #waiting: ServerResponse | undefined;
  /** Event to deliver at the next poll, set if no poll was open when it arrived. */
  #next: Assignment | undefined;
  /** The invocation that currently awaits a response. */
  #current: string | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer(
      guarded(new Access(), (request, response) => {
        this.#handle(request, response).catch((error: unknown) => {
          if (!response.headersSent) refuse(response, 500, 'InternalServerError', String(error));
        });
      }),
    );
    // A long poll lasts as long as the environment is idle.
    this.#server.requestTimeout = 0;
    this.#server.timeout = 0;
  }

  /**
   * Listens on a free loopback port; returns `host:port/secret`, which runtimes prepend to the documented
   * paths.
   */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.#secret}`;
  }

  /** Delivers an event to the runtime: immediately if it is polling, or else at its next poll. */
  assign(assignment: Assignment): void {
    const response = this.#waiting;
    this.#waiting = undefined;
    if (response === undefined) this.#next = assignment;
    else this.#give(assignment, response);
  }

  #give(
    { requestId, payload, deadlineMs, functionArn, traceId }: Assignment,
    response: ServerResponse,
  ): void {
    this.#current = requestId;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': payload.length,
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': traceId,
    });
    response.end(payload);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const [, secret = ''] = url.split('/', 2);
    if (!sameSecret(secret, this.#secret))
      return refuse(
        response,
        403,
        'Forbidden',
        'The path does not begin with the path of AWS_LAMBDA_RUNTIME_API',
      );
    const requested = url.slice(secret.length + 2);
    const path = requested.startsWith(ROOT) ? requested.slice(ROOT.length) : '';
    if (method === 'GET' && path === 'invocation/next') return this.#polled(response);
    if (method === 'POST' && path === 'init/error') {
      const payload = await bodyOf(request, MAX_ERROR_BYTES);
      accept(response);
      return this.#listener.initFailed(errorTypeOf(request), payload ?? Buffer.alloc(0));
    }
    const [, requestId = '', kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (method !== 'POST' || kind === undefined)
      return refuse(response, 404, 'NotFound', `${method} /${requested} is not part of the Runtime API`);
    if (requestId !== this.#current)
      return refuse(response, 400, 'InvalidRequestID', `'${requestId}' is not the current invocation`);
    this.#current = undefined;
    if (kind === 'error') return this.#failed(requestId, request, response);
    if (request.headers['lambda-runtime-function-response-mode'] === 'streaming') {
      const type = request.headers['content-type'] ?? 'application/octet-stream';
      request.once('end', () => accept(response));
      request.once('error', () => response.destroy());
      return this.#listener.streams(requestId, type, request);
    }
    const payload = await bodyOf(request, MAX_RESPONSE_BYTES);
    if (payload !== undefined) {
      accept(response);
      return this.#listener.responded(requestId, payload);
    }
    const errorType = 'Function.ResponseSizeTooLarge';
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
    refuse(response, 413, 'RequestEntityTooLarge', errorMessage);
    this.#listener.failed(requestId, errorType, Buffer.from(JSON.stringify({ errorType, errorMessage })));
  }

  #polled(response: ServerResponse): void {
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) {
      this.#give(next, response);
      return;
    }
    this.#waiting = response;
    response.on('close', () => {
      if (this.#waiting === response) this.#waiting = undefined;
    });
    this.#listener.ready();
  }

  async #failed(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const payload = await bodyOf(request, MAX_ERROR_BYTES);
    accept(response);
    this.#listener.failed(requestId, errorTypeOf(request), payload ?? Buffer.from('{}'));
  }
}

/** The error type from the runtime's header. */
const errorTypeOf = ({ headers }: IncomingMessage): string => String(headers[ERROR_TYPE] ?? 'Unhandled');

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end('{"status":"OK"}');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errorType, errorMessage }));
}

/**
 * Reads a body. Returns undefined if it exceeds `most` bytes; the rest is then read and discarded, so that
 * the sender can finish.
 */
async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= most) parts.push(part);
  }
  return length <= most ? Buffer.concat(parts, length) : undefined;
}
