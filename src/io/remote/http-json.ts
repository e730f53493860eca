import { afterPause, type SragError, throwIfAborted } from '../../core/index.ts';
import {
  connectionFailure,
  protocolFailure,
  type ServiceContext,
  sizeFailure,
  timeFailure,
} from './failure.ts';
import { httpFailure, retryAfterMs } from './http-errors.ts';
import { Watchdog } from './watchdog.ts';

/** A JSON request to a remote service. */
export interface JsonRequest {
  readonly url: string;
  readonly body: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /**
   * Maximum wait, in milliseconds, for the response to start and between its parts. In total, a request may
   * take ten times as long.
   */
  readonly timeoutMs: number;
  /** Maximum bytes of a response. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly context: ServiceContext;
}

/** A response whose body is read as it arrives; `close` ends the connection. */
export interface StreamingAnswer {
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/** Maximum bytes read of an error body, whose message is at its beginning. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Undici's key for the connection pool of `fetch`, as set by `setGlobalDispatcher`: https://undici.nodejs.org. */
const FETCH_POOL = Symbol.for('undici.globalDispatcher.1');
interface FetchPool {
  /** Closes idle connections immediately and the others after their requests. */
  close(): Promise<void>;
  readonly constructor: unknown;
}

// After a pause, connections may be dead. A request lost on a dead connection looks like a slow request,
// and resending a model request costs twice.
afterPause(globalThis as { [FETCH_POOL]?: FetchPool }, (all) => {
  const pool = all[FETCH_POOL];
  if (pool === undefined) return;
  all[FETCH_POOL] = new (pool.constructor as new () => FetchPool)();
  void pool.close();
});

/**
 * Posts JSON and returns the response body as a stream.
 * @throws the errors of {@link httpFailure} by status; `failedCode` for connection errors; CANCELLED.
 */
export async function postForStream(request: JsonRequest): Promise<StreamingAnswer> {
  throwIfAborted(request.signal);
  const watchdog = new Watchdog(request.timeoutMs, request.signal);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(request.apiKey === undefined ? {} : { authorization: `Bearer ${request.apiKey}` }),
      },
      body: JSON.stringify(request.body),
      signal: watchdog.signal,
    });
    watchdog.alive();
    if (!response.ok) {
      const body = await beginningOf(response, watchdog);
      throw httpFailure(request.context, {
        status: response.status,
        body,
        retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
        hasKey: request.apiKey !== undefined,
      });
    }
    return {
      contentType: response.headers.get('content-type') ?? '',
      body: watched(response.body, watchdog, request),
      close: () => watchdog.stop(),
    };
  } catch (error) {
    watchdog.stop();
    throw asFailure(error, watchdog, request);
  }
}

async function* watched(
  body: AsyncIterable<Uint8Array> | null,
  watchdog: Watchdog,
  request: JsonRequest,
): AsyncIterable<Uint8Array> {
  let size = 0;
  try {
    for await (const part of body ?? []) {
      size += part.length;
      if (size > request.maxBytes) throw sizeFailure(request.context, request.maxBytes);
      watchdog.pause();
      yield part;
      watchdog.alive();
    }
  } catch (error) {
    throw asFailure(error, watchdog, request);
  } finally {
    watchdog.stop();
  }
}

async function beginningOf({ body }: Response, watchdog: Watchdog): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    watchdog.alive();
    parts.push(part);
    size += part.length;
    if (size >= MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, MAX_ERROR_BYTES);
}

function asFailure(error: unknown, watchdog: Watchdog, request: JsonRequest): SragError | unknown {
  if (error instanceof Error && error.name === 'SragError') return error;
  throwIfAborted(request.signal);
  if (watchdog.exceeded !== undefined) return timeFailure(request.context, watchdog.exceeded, error);
  return connectionFailure(request.context, error, new URL(request.url).origin);
}

/**
 * Posts JSON and parses the JSON response.
 * @throws the errors of {@link postForStream}, and `failedCode` if the response is not JSON
 */
export async function postForJson(request: JsonRequest): Promise<unknown> {
  const answer = await postForStream(request);
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw protocolFailure(request.context, 'the response is not JSON.', { words: text.slice(0, 100), cause });
  }
}
