import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FunctionHost } from '../lifecycle/index.ts';
import { refuse } from './problems.ts';
import { proxyEvent } from './proxy-event.ts';
import { MalformedResponse, sendBuffered, sendStream } from './response.ts';
import { Throttle } from './throttle.ts';

/** A route of the API and the function that answers it. */
export interface GatewayRoute {
  readonly method: string;
  readonly path: string;
  readonly functionName: string;
  readonly streaming: boolean;
}

export interface GatewayOptions {
  readonly routes: readonly GatewayRoute[];
  readonly functions: FunctionHost;
  /** Requests a second of the stage, and at once; Lambda's own limit comes behind it. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Keys that the x-api-key header may hold; none: everybody may ask. */
  readonly apiKeys?: readonly string[] | undefined;
  /** Told of every request: what is not told did not happen. */
  readonly onRequest?: (entry: AccessLogEntry) => void;
}

/** A line of the access log. */
export interface AccessLogEntry {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

/** API Gateway waits this long for an answer that is not streamed. */
const INTEGRATION_TIMEOUT_MS = 29_000;
const MAX_BODY_BYTES = 10 * 2 ** 20;

/** The laptop's API Gateway: a REST API with Lambda proxy integrations, buffered and streaming. */
export class Gateway {
  readonly server: Server;
  readonly #options: GatewayOptions;
  readonly #throttle: Throttle;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#throttle = new Throttle(options.throttle.rate, options.throttle.burst);
    this.server = createServer((request, response) => {
      const requestId = randomUUID();
      this.#log(request, response, requestId);
      this.#handle(request, response, requestId).catch(() => {
        refuse(response, 'FUNCTION_FAILED', requestId);
        response.destroy();
      });
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://laptop');
    const route = this.#routeOf(request, url, response, requestId);
    if (route === undefined) return;
    const { apiKeys } = this.#options;
    if (apiKeys !== undefined && !apiKeys.includes(String(request.headers['x-api-key'])))
      return refuse(response, 'FORBIDDEN', requestId);
    if (!this.#throttle.take()) return refuse(response, 'GATEWAY_THROTTLED', requestId);
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, 'BODY_TOO_LARGE', requestId, { Connection: 'close' });
    const event = proxyEvent({ request, url, body, requestId, resource: route.path });
    await this.#integrate(route, Buffer.from(JSON.stringify(event)), response, requestId);
  }

  async #integrate(
    route: GatewayRoute,
    payload: Buffer,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    // A stream may last longer; its function's own timeout ends it.
    const timer = route.streaming
      ? undefined
      : setTimeout(() => refuse(response, 'GATEWAY_TIMEOUT', requestId), INTEGRATION_TIMEOUT_MS);
    try {
      const result = await this.#options.functions.invoke(route.functionName, payload, { requestId });
      if (response.headersSent || response.destroyed) return;
      if (result.kind === 'throttled') refuse(response, 'FUNCTION_THROTTLED', requestId);
      else if (result.kind === 'function-error') refuse(response, 'FUNCTION_FAILED', requestId);
      else if (result.kind === 'response') sendBuffered(response, result.payload);
      else await sendStream(response, result.body);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      refuse(response, 'FUNCTION_FAILED', requestId);
    } finally {
      clearTimeout(timer);
    }
  }

  #routeOf(
    { method }: IncomingMessage,
    { pathname }: URL,
    response: ServerResponse,
    requestId: string,
  ): GatewayRoute | undefined {
    const routes = this.#options.routes.filter(({ path }) => path === pathname);
    const route = routes.find((candidate) => candidate.method === method);
    if (route !== undefined) return route;
    if (routes.length === 0) refuse(response, 'NO_SUCH_ROUTE', requestId);
    else {
      const allow = routes.map((candidate) => candidate.method).join(', ');
      refuse(response, 'METHOD_NOT_ALLOWED', requestId, { Allow: allow });
    }
    return undefined;
  }

  #log(request: IncomingMessage, response: ServerResponse, requestId: string): void {
    const { onRequest } = this.#options;
    if (onRequest === undefined) return;
    const startedMs = performance.now();
    const { method = '', url = '' } = request;
    response.once('close', () =>
      onRequest({
        requestId,
        method,
        path: url.split('?', 1)[0] ?? '',
        // A client that left before the head was sent has seen no status.
        status: response.headersSent ? response.statusCode : 499,
        durationMs: performance.now() - startedMs,
      }),
    );
  }
}

/** The body; undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}
