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

/** Target of signed requests. */
export interface SignedClientSettings {
  /** Only its origin is used; callers pass full paths. */
  readonly url: URL;
  /** The service's name in signatures, for example `s3`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Maximum time without data on a connection. */
  readonly timeoutMs: number;
}

export interface SignedRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

const CONNECTIONS = 64;
/** Error codes of a request on a connection that the server has closed. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Signs requests and sends them over keep-alive connections. It takes a fraction of the AWS SDK's start-up
 * and processor time. Resolves with the response head, whatever its status. If a reused connection turns out
 * to be closed, the request is sent once more, on a new connection; there are no other retries. Do not use it
 * for requests that must not be sent twice.
 */
export class SignedClient {
  readonly #settings: SignedClientSettings;
  #http: Promise<HttpModule> | undefined;
  #agent: Agent | undefined;

  constructor(settings: SignedClientSettings) {
    this.#settings = settings;
    afterPause(this, (client) => client.#closeIdle());
  }

  async send({ method, path, headers, body, signal }: SignedRequest): Promise<IncomingMessage> {
    const { url, service, region, credentials, timeoutMs } = this.#settings;
    const signed = aws4.sign(
      {
        service,
        region,
        method,
        host: url.host,
        path,
        headers: { ...headers },
        body: body === undefined ? undefined : asBuffer(body),
      },
      {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
      },
    );
    this.#http ??= loadHttp(url.protocol === 'http:' ? 'node:http' : 'node:https');
    const { Agent, request: open } = await this.#http;
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const options = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      method,
      path,
      headers: signed.headers as Record<string, string>,
      agent: this.#agent,
      timeout: timeoutMs,
      signal,
    };
    const bytes = body === undefined ? undefined : asBuffer(body);
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
