import { createHash } from 'node:crypto';
import { anySignal, throwIfAborted, withoutTrailingSlashes } from '../../core/index.ts';
import { HttpClient, readBeginning, readBody } from '../../io/aws/index.ts';
import { withRetry } from '../../io/remote/index.ts';
import { connectionError, responseError, timeError } from './errors.ts';
import type { Authentication, OpenSearchSettings } from './settings.ts';

/** A request to the server. */
export interface ServerRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path with query, relative to the server's address. */
  readonly path: string;
  /** For errors, for example `Searching`. */
  readonly action: string;
  /** JSON, or text of the bulk format, one JSON value per line. */
  readonly body?: object | string;
  /** Maximum time for one attempt; default: that of the settings. */
  readonly timeoutMs?: number;
  /** Maximum attempts; default: those of the settings. */
  readonly attempts?: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are returned instead of thrown. */
  readonly accept?: readonly number[];
}

export interface ServerResponse {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Use of the server by one operation. */
export interface ServerUse {
  requests: number;
  bytes: number;
}

const MAX_ANSWER_BYTES = 256 * 1_024 * 1_024;
const MAX_ERROR_BYTES = 64 * 1_024;
/** Waits between attempts. Searches delay an answer, so the waits are short. */
const RETRY = { baseMs: 50, capMs: 2_000 };

/**
 * A client for the REST API of OpenSearch, Amazon OpenSearch Service and OpenSearch Serverless. Retries
 * throttled requests, failures of the server and broken connections; all its requests may be sent twice.
 */
export class OpenSearchClient {
  readonly settings: OpenSearchSettings;
  readonly #client: HttpClient;
  readonly #path: string;

  constructor(settings: OpenSearchSettings) {
    this.settings = settings;
    const url = new URL(settings.url);
    this.#path = withoutTrailingSlashes(url.pathname);
    const { authentication, timeoutMs } = settings;
    const signing = authentication.kind === 'aws' ? authentication : undefined;
    this.#client = new HttpClient({ url, timeoutMs, signing });
  }

  /**
   * Sends a request until it succeeds or attempts run out.
   * @throws THROTTLED, ACCESS_DENIED, SEARCH_SERVER_FAILED, CANCELLED
   */
  send(request: ServerRequest, use?: ServerUse): Promise<ServerResponse> {
    const { signal, attempts = this.settings.attempts } = request;
    const policy = { ...RETRY, attempts };
    return withRetry(() => this.#once(request, use), { policy, signal });
  }

  /** Closes all connections. */
  close(): void {
    this.#client.close();
  }

  async #once(request: ServerRequest, use: ServerUse | undefined): Promise<ServerResponse> {
    const { method, path, action, accept = [], signal } = request;
    throwIfAborted(signal);
    const { timeoutMs = this.settings.timeoutMs } = request;
    const limit = AbortSignal.timeout(timeoutMs);
    const text = typeof request.body === 'object' ? JSON.stringify(request.body) : request.body;
    if (use !== undefined) use.requests += 1;
    try {
      const response = await this.#client.send({
        method,
        path: this.#path + path,
        headers: headersOf(this.settings.authentication, text, typeof request.body === 'string'),
        body: text,
        timeoutMs,
        signal: signal === undefined ? limit : anySignal([signal, limit]),
      });
      const status = response.statusCode ?? 0;
      if ((status < 200 || status > 299) && !accept.includes(status)) {
        const body = await readBeginning(response, MAX_ERROR_BYTES);
        throw responseError(action, { status, body, retryAfter: response.headers['retry-after'] });
      }
      const bytes = await readBody(response, MAX_ANSWER_BYTES);
      if (use !== undefined) use.bytes += bytes.length;
      return { status, json: bytes.length === 0 ? {} : JSON.parse(Buffer.from(bytes).toString('utf8')) };
    } catch (error) {
      throwIfAborted(signal);
      if (limit.aborted) throw timeError(action, timeoutMs, error);
      throw connectionError(action, this.settings.url, error);
    }
  }
}

function headersOf(
  authentication: Authentication,
  body: string | undefined,
  isBulk: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = isBulk ? 'application/x-ndjson' : 'application/json';
  if (authentication.kind === 'basic') {
    const { username, password } = authentication;
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  // OpenSearch Serverless requires this header in the signature.
  if (authentication.kind === 'aws')
    headers['x-amz-content-sha256'] = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
  return headers;
}
