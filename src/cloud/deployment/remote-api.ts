import aws4 from 'aws4';
import { messageOf, SragError, throwIfAborted, withoutTrailingSlashes } from '../../core/index.ts';
import type { AwsCredentials } from '../../io/aws/index.ts';
import { parseServerSentEvents, Watchdog } from '../../io/remote/index.ts';
import { problemError, remoteProblem } from './remote-problem.ts';

/** How requests are authenticated. */
export type RemoteAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'iam'; readonly region: string; readonly credentials: AwsCredentials }
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'jwt'; readonly token: string };

/** Events of `/query/stream`. */
export type RemoteEvent =
  | { readonly event: 'hits'; readonly data: { readonly hits: readonly unknown[] } }
  | { readonly event: 'token'; readonly data: { readonly text: string } }
  | { readonly event: 'done'; readonly data: Readonly<Record<string, unknown>> };

export interface RemoteOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Maximum time without any bytes from the API in milliseconds. Default 70,000, because a function may take
   * 60 s.
   */
  readonly silenceMs?: number;
}

const DEFAULT_SILENCE_MS = 70_000;

/** A client of a deployed API. It throws the API's errors with their codes. */
export class RemoteApi {
  readonly #url: string;
  readonly #auth: RemoteAuth;

  /** @param url address of the API, as printed by `srag deploy` */
  constructor(url: string, auth: RemoteAuth) {
    this.#url = withoutTrailingSlashes(url);
    this.#auth = auth;
  }

  /** `POST /retrieve`. @throws the API's errors, REMOTE_FAILED if the API is unreachable, CANCELLED. */
  async retrieve(body: object, options: RemoteOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    const watchdog = new Watchdog(options.silenceMs ?? DEFAULT_SILENCE_MS, options.signal);
    try {
      const response = await this.#send('/retrieve', body, 'application/json', watchdog.signal);
      const text = await response.text();
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw unexpected(`a response that is not JSON: ${text.slice(0, 100)}`, cause);
      }
    } catch (error) {
      throw this.#failure(error, watchdog, options);
    } finally {
      watchdog.stop();
    }
  }

  /**
   * `POST /query/stream`: yields events as they arrive, ending with `done`.
   * @throws the errors of {@link retrieve}, also if an `error` event arrives or the stream ends before
   * `done`.
   */
  async *stream(body: object, options: RemoteOptions = {}): AsyncIterable<RemoteEvent> {
    const watchdog = new Watchdog(options.silenceMs ?? DEFAULT_SILENCE_MS, options.signal);
    try {
      const response = await this.#send('/query/stream', body, 'text/event-stream', watchdog.signal);
      if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
        throw unexpected(`${response.headers.get('content-type')} instead of events`);
      for await (const { event, data } of parseServerSentEvents(alive(response, watchdog))) {
        const parsed = parseData(event, data);
        if (event === 'error') throw problemError(parsed);
        watchdog.pause();
        yield { event, data: parsed } as unknown as RemoteEvent;
        watchdog.alive();
        if (event === 'done') return;
      }
      throw unexpected('a stream that ended before its answer was done');
    } catch (error) {
      throw this.#failure(error, watchdog, options);
    } finally {
      watchdog.stop();
    }
  }

  async #send(path: string, body: object, accept: string, signal: AbortSignal): Promise<Response> {
    const url = new URL(this.#url + path);
    const text = JSON.stringify(body);
    const plain = { 'content-type': 'application/json', accept };
    const response = await fetch(url, {
      method: 'POST',
      body: text,
      signal,
      headers: this.#headers(url, text, plain),
    });
    if (response.ok) return response;
    throw remoteProblem(
      response.status,
      await response.text(),
      response.headers.get('retry-after'),
      Date.now(),
    );
  }

  #headers(url: URL, body: string, headers: Record<string, string>): Record<string, string> {
    const auth = this.#auth;
    if (auth.kind === 'api-key') return { ...headers, 'x-api-key': auth.key };
    if (auth.kind === 'jwt') return { ...headers, authorization: `Bearer ${auth.token}` };
    if (auth.kind === 'none') return headers;
    const { accessKeyId, secretAccessKey, sessionToken } = auth.credentials;
    const signed = aws4.sign(
      {
        service: 'execute-api',
        region: auth.region,
        method: 'POST',
        host: url.host,
        path: url.pathname,
        headers,
        body,
      },
      { accessKeyId, secretAccessKey, sessionToken },
    );
    // `fetch` sets `host` and `content-length` itself.
    const own = Object.entries(signed.headers ?? {}).filter(
      ([name]) => !/^(host|content-length)$/i.test(name),
    );
    return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
  }

  #failure(error: unknown, watchdog: Watchdog, { signal }: RemoteOptions): unknown {
    throwIfAborted(signal);
    const { exceeded } = watchdog;
    if (exceeded !== undefined) {
      const what = exceeded.kind === 'silence' ? 'it sent nothing for' : 'its response did not end within';
      return unreachable(this.#url, `${what} ${exceeded.ms} ms`, error);
    }
    if (error instanceof SragError) return error;
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return unreachable(this.#url, messageOf(inner), error);
  }
}

async function* alive(response: Response, watchdog: Watchdog): AsyncIterable<Uint8Array> {
  for await (const part of response.body ?? []) {
    watchdog.alive();
    yield part;
  }
}

function parseData(event: string, data: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw unexpected(`an event '${event}' that is not JSON`, cause);
  }
}

const unexpected = (what: string, cause?: unknown): SragError =>
  new SragError('REMOTE_FAILED', `The deployment returned ${what}.`, {
    remedy: 'Check that the address is that of a srag API of this version.',
    cause,
  });

const unreachable = (url: string, reason: string, cause: unknown): SragError =>
  new SragError('REMOTE_FAILED', `The deployment at ${url} could not be reached: ${reason}.`, {
    remedy: 'Check the address and the network; srag deploy prints the address.',
    cause,
  });
