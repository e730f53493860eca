import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import aws4 from 'aws4';
import { afterPause } from '../../core/index.ts';

/** Keys for signing requests. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Session token of a role; every Lambda function has one. */
  readonly sessionToken?: string | undefined;
}

/** How requests are signed (Signature Version 4). */
export interface Signing {
  /** The service's name in signatures, for example `s3`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Target of requests. */
export interface HttpClientSettings {
  /** Only its origin is used; callers pass full paths. */
  readonly url: URL;
  /** If undefined, requests are not signed. */
  readonly signing: Signing | undefined;
  /** Maximum time without data on a connection. */
  readonly timeoutMs: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Maximum time without data on the connection; default: that of the client. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const CONNECTIONS = 64;
/** Error codes of a request on a connection that the server has closed. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Sends requests over keep-alive connections, signed for AWS if configured. It takes a fraction of the AWS SDK's start-up
 * and processor time. Resolves with the response head, whatever its status. If a reused connection turns out
 * to be closed, the request is sent once more, on a new connection; there are no other retries. Do not use it
 * for requests that must not be sent twice.
 */
export class HttpClient {
  readonly #settings: HttpClientSettings;
  #http: Promise<HttpModule> | undefined;
  #agent: Agent | undefined;

  constructor(settings: HttpClientSettings) {
    this.#settings = settings;
    afterPause(this, (client) => client.#closeIdle());
  }

  async send({ method, path, headers, body, signal, ...request }: HttpRequest): Promise<IncomingMessage> {
    const { url, signing } = this.#settings;
    const timeoutMs = request.timeoutMs ?? this.#settings.timeoutMs;
    const bytes = body === undefined ? undefined : asBuffer(body);
    const sent = { method, host: url.host, path, headers: { ...headers }, body: bytes };
    this.#http ??= loadHttp(url.protocol === 'http:' ? 'node:http' : 'node:https');
    const { Agent, request: open } = await this.#http;
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const options = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      method,
      path,
      headers: signing === undefined ? headers : signedHeaders(sent, signing),
      agent: this.#agent,
      timeout: timeoutMs,
      signal,
    };
    const first = open(options);
    try {
      return await answerOf(first, bytes, timeoutMs);
    } catch (error) {
      if (!first.reusedSocket || !CLOSED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      // The other idle connections are probably closed, too.
      this.#closeIdle();
      return answerOf(open(options), bytes, timeoutMs);
    }
  }

  /** Closes idle and active connections. */
  close(): void {
    this.#agent?.destroy();
  }

  #closeIdle(): void {
    for (const sockets of Object.values(this.#agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
  }
}

function signedHeaders(
  request: aws4.Request,
  { service, region, credentials }: Signing,
): Record<string, string> {
  return aws4.sign({ ...request, service, region }, { ...credentials }).headers as Record<string, string>;
}

const answerOf = (
  request: ClientRequest,
  body: Buffer | undefined,
  timeoutMs: number,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('timeout', () => request.destroy(new Error(`nothing arrived for ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end(body);
  });

type HttpModule = Pick<typeof import('node:http'), 'Agent' | 'request'>;

/**
 * Node's HTTP client, which takes 2 ms to load this way. `import` would evaluate all its exports and thereby
 * load `fetch` and WebSocket, which adds 17 ms to a cold start.
 */
async function loadHttp(name: 'node:http' | 'node:https'): Promise<HttpModule> {
  return process.getBuiltinModule?.(name) ?? (await import(name));
}

const asBuffer = (body: string | Uint8Array): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
