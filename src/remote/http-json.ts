import { type SragError, throwIfAborted } from '../core/index.ts';
import { connectionFailure, protocolFailure, type ServiceContext, silenceFailure } from './failure.ts';
import { httpFailure, retryAfterMs } from './http-errors.ts';
import { Watchdog } from './watchdog.ts';

/** A JSON request to a remote service. */
export interface JsonRequest {
  readonly url: string;
  readonly body: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Longest silence, in milliseconds: until the answer starts, then between its parts. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly context: ServiceContext;
}

/** An answer whose body is read as it arrives; `close` ends the connection. */
export interface StreamingAnswer {
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/** Largest body of a non-streaming answer that is read. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/**
 * Posts JSON and gives the answer's body as a stream.
 * @throws what {@link httpFailure} makes of the status; `failedCode` for connection faults; CANCELLED.
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
        ...request.headers,
      },
      body: JSON.stringify(request.body),
      signal: watchdog.signal,
    });
    watchdog.alive();
    if (!response.ok) {
      const body = await response.text();
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
  try {
    for await (const part of body ?? []) {
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

function asFailure(error: unknown, watchdog: Watchdog, request: JsonRequest): SragError | unknown {
  if (error instanceof Error && error.name === 'SragError') return error;
  throwIfAborted(request.signal);
  if (watchdog.timedOut) return silenceFailure(request.context, request.timeoutMs, error);
  return connectionFailure(request.context, error, new URL(request.url).origin);
}

/** Posts JSON and parses the JSON answer. @throws as {@link postForStream}; `failedCode` where it is not JSON. */
export async function postForJson(request: JsonRequest): Promise<unknown> {
  const answer = await postForStream(request);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.length;
    if (size > MAX_BODY_BYTES)
      throw protocolFailure(request.context, `the answer is over ${MAX_BODY_BYTES} bytes.`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw protocolFailure(request.context, 'the answer is not JSON.', { words: text.slice(0, 100), cause });
  }
}
