import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { parameterNotUtf8 } from '../../core/index.ts';
import { Access, type AccessRules, RequestServer } from '../../io/http-server/index.ts';
import type { FunctionHost } from '../lifecycle/index.ts';
import { bodyOf, eventBytes } from './body.ts';
import { problem, refuse } from './problems.ts';
import { proxyEvent } from './proxy-event.ts';
import { MalformedResponse, sendAnswer, sendBuffered, sendStream } from './response.ts';
import { Throttle } from './throttle.ts';

/** A route of the API and the function that handles it. */
export interface FunctionRoute {
  readonly method: string;
  readonly path: string;
  readonly functionName: string;
  readonly streaming: boolean;
}

/** A route with a fixed response, like a mock integration of API Gateway. */
export interface AnsweredRoute {
  readonly method: string;
  readonly path: string;
  readonly body: object;
}

export interface GatewayOptions {
  readonly routes: readonly FunctionRoute[];
  readonly answers?: readonly AnsweredRoute[];
  readonly functions: FunctionHost;
  /** Requests per second and burst size of the API stage; Lambda's own limit applies after it. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly access?: AccessRules | undefined;
  /** Called before a route is chosen; returns true if it has sent the response. */
  readonly front?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Maximum time to wait for a function's response, unless it streams; default 29,000, as in API Gateway. */
  readonly integrationTimeoutMs?: number;
  /** Maximum time to receive a request; default 300,000. */
  readonly requestTimeoutMs?: number;
  /** Called at the end of every request, including those that the gateway answers itself. */
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

/** API Gateway's timeout for buffered responses. */
const INTEGRATION_TIMEOUT_MS = 29_000;
/** Maximum time to receive a request; generous, because a busy machine may read it late. */
const REQUEST_TIMEOUT_MS = 300_000;
/**
 * How long idle connections stay open: longer than clients keep them, so that none is closed while in use.
 */
const KEEP_ALIVE_MS = 90_000;
/** Maximum size of a function's event, in bytes. */
const MAX_EVENT_BYTES = 6_291_556;
/** The laptop's API Gateway: a REST API with Lambda proxy integrations, buffered and streaming. */
export class Gateway {
  readonly server: Server;
  readonly #options: GatewayOptions;
  readonly #throttle: Throttle;
  readonly #requests: RequestServer;
  readonly #access: Access;
  /** Request ids by response, for errors raised outside the request's handler. */
  readonly #ids = new WeakMap<ServerResponse, string>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#throttle = new Throttle(options.throttle.rate, options.throttle.burst);
    this.#access = new Access(options.access);
    const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    const settings = {
      requestTimeout,
      headersTimeout: requestTimeout,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(requestTimeout, 1_000),
    };
    const handle = (request: IncomingMessage, response: ServerResponse, fault: string | undefined): void => {
      const requestId = randomUUID();
      this.#ids.set(response, requestId);
      this.#log(request, response, requestId);
      if (fault !== undefined) return void refuse(response, 'BAD_REQUEST', requestId, { detail: fault });
      const detail = this.#access.refusal(request);
      if (detail !== undefined) return void refuse(response, 'FORBIDDEN', requestId, { detail });
      if (this.#options.front?.(request, response)) return;
      this.#handle(request, response, requestId).catch(() => {
        // Once the headers are sent, the only option is to cut the connection.
        if (response.headersSent) response.destroy();
        else refuse(response, 'FUNCTION_FAILED', requestId);
      });
    };
    this.#requests = new RequestServer(
      {
        handle,
        refuse: (response, detail) => refuse(response, 'BAD_REQUEST', this.#idOf(response), { detail }),
        problem: (detail) => problem('BAD_REQUEST', randomUUID(), { detail }),
      },
      settings,
    );
    this.server = this.#requests.server;
  }

  /**
   * Stops accepting requests and finishes those in flight, including streams. After `graceMs`, unanswered
   * requests receive a 503 and unfinished streams are cut off.
   */
  async close(graceMs: number): Promise<void> {
    await this.#requests.close(graceMs, (response) => refuse(response, 'ENDING', this.#idOf(response)));
  }

  #idOf(response: ServerResponse): string {
    return this.#ids.get(response) ?? randomUUID();
  }

  async #handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const url = urlOf(request.url ?? '/');
    if (url === undefined) return refuse(response, 'BAD_REQUEST', requestId);
    const route = this.#routeOf(request, url, response, requestId);
    if (route === undefined) return;
    if (!this.#access.hasKey(request)) return refuse(response, 'FORBIDDEN', requestId);
    const parameter = parameterNotUtf8(url.search);
    if (parameter !== undefined) return refuse(response, 'NOT_UTF8', requestId, notUtf8(parameter));
    if (!this.#throttle.take()) return refuse(response, 'GATEWAY_THROTTLED', requestId);
    if (!('functionName' in route)) {
      // API Gateway chooses the template of a mock integration by the content type, too.
      const type = request.headers['content-type'] ?? 'application/json';
      if (!/^application\/json\s*(;|$)/i.test(type)) return refuse(response, 'NOT_JSON', requestId);
      return sendAnswer(response, route.body, requestId);
    }
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, 'BODY_TOO_LARGE', requestId, {}, { Connection: 'close' });
    if (eventBytes(body) > MAX_EVENT_BYTES) return refuse(response, 'BODY_TOO_LARGE', requestId);
    const event = proxyEvent({ request, url, body, requestId, resource: route.path });
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > MAX_EVENT_BYTES) return refuse(response, 'BODY_TOO_LARGE', requestId);
    await this.#integrate(route, payload, response, requestId);
  }

  async #integrate(
    route: FunctionRoute,
    payload: Buffer,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    // A stream has no timeout in the gateway; the function's own timeout ends it.
    const timer = route.streaming
      ? undefined
      : setTimeout(
          () => refuse(response, 'GATEWAY_TIMEOUT', requestId),
          this.#options.integrationTimeoutMs ?? INTEGRATION_TIMEOUT_MS,
        );
    try {
      const result = await this.#options.functions.invoke(route.functionName, payload, { requestId });
      if (response.headersSent || response.destroyed) {
        // The client has disconnected; the function still runs to completion.
        if (result.kind === 'stream') result.body.destroy();
        return;
      }
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
  ): FunctionRoute | AnsweredRoute | undefined {
    const routes = [...(this.#options.answers ?? []), ...this.#options.routes].filter(
      ({ path }) => path === pathname,
    );
    const route = routes.find((candidate) => candidate.method === method);
    if (route !== undefined) return route;
    if (routes.length === 0) refuse(response, 'NO_SUCH_ROUTE', requestId);
    else {
      const allow = routes.map((candidate) => candidate.method).join(', ');
      refuse(response, 'METHOD_NOT_ALLOWED', requestId, {}, { Allow: allow });
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
        // A client that disconnected before the headers were sent has received no status.
        status: response.headersSent ? response.statusCode : 499,
        durationMs: performance.now() - startedMs,
      }),
    );
  }
}

const notUtf8 = (parameter: string) => {
  const path = parameter.slice(0, 100);
  return { detail: `${path} is not UTF-8.`, errors: [{ path, message: 'is not UTF-8' }] };
};

/** Parses a request target, which is a path or an absolute URL; a path may begin with `//`. */
function urlOf(target: string): URL | undefined {
  const address = target.startsWith('/') ? `http://laptop${target}` : target;
  return URL.canParse(address) ? new URL(address) : undefined;
}
