import { type IncomingMessage, request as send } from 'node:http';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ResponseStream } from './streaming.ts';

/** An invocation from the Runtime API. */
export interface Invocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly body: Buffer;
}

const ROOT = '/2018-06-01/runtime';
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
/** Maximum length of a trailer. Trailers are limited like headers; a longer one would break the connection. */
const MAX_TRAILER_CHARACTERS = 2_000;
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';

/**
 * The runtime's side of the Lambda Runtime API. It uses node:http because `fetch` aborts a long poll after
 * 300 s.
 */
export class RuntimeClient {
  readonly #url: URL;

  /** @param address host and port, and the path prefix of the Runtime API if it has one */
  constructor(address: string) {
    this.#url = new URL(`http://${address}`);
  }

  async next(): Promise<Invocation> {
    const response = await this.#call('GET', '/invocation/next');
    const body = Buffer.concat(await response.toArray());
    const header = (name: string): string => String(response.headers[name] ?? '');
    return {
      requestId: header('lambda-runtime-aws-request-id'),
      deadlineMs: Number(header('lambda-runtime-deadline-ms')),
      functionArn: header('lambda-runtime-invoked-function-arn'),
      traceId: header('lambda-runtime-trace-id'),
      body,
    };
  }

  async respond(requestId: string, value: unknown): Promise<void> {
    await this.#post(`/invocation/${requestId}/response`, JSON.stringify(value ?? null));
  }

  /** Streams the handler's output; an error after the first byte is sent in the trailers. */
  async stream(requestId: string, work: (stream: ResponseStream) => unknown): Promise<void> {
    const stream = new ResponseStream((contentType) => {
      const request = this.#open('POST', `/invocation/${requestId}/response`, {
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Content-Type': contentType,
        'Transfer-Encoding': 'chunked',
        Trailer: `${ERROR_TYPE}, ${ERROR_BODY}`,
      });
      return request;
    });
    try {
      await work(stream);
      if (!stream.writableEnded) stream.end();
      await finished(stream, { readable: false });
    } catch (error) {
      const sent = stream.request;
      if (sent === undefined) throw error;
      console.error(error);
      // Discards buffered output, which can no longer be sent.
      stream.destroy();
      const failure = described(error, MAX_TRAILER_CHARACTERS);
      sent.addTrailers({
        [ERROR_TYPE]: failure.errorType,
        [ERROR_BODY]: Buffer.from(JSON.stringify(failure)).toString('base64'),
      });
      sent.end();
      await finished(sent as Writable, { readable: false }).catch(() => {});
    }
    await stream.answered;
  }

  async error(requestId: string, error: unknown): Promise<void> {
    const failure = described(error);
    await this.#post(`/invocation/${requestId}/error`, JSON.stringify(failure), {
      [ERROR_TYPE]: failure.errorType,
    });
  }

  async initError(error: unknown): Promise<void> {
    const failure = described(error);
    await this.#post('/init/error', JSON.stringify(failure), { [ERROR_TYPE]: failure.errorType });
  }

  async #post(path: string, body: string, headers: Record<string, string> = {}): Promise<void> {
    const response = await this.#call('POST', path, body, { 'Content-Type': 'application/json', ...headers });
    response.resume();
  }

  #call(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const length: Record<string, string> =
        body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const request = this.#open(method, path, { ...headers, ...length });
      request.on('response', resolve).on('error', reject);
      request.end(body);
    });
  }

  #open(method: string, path: string, headers: Record<string, string>) {
    const { hostname: host, port, pathname } = this.#url;
    const root = pathname.replace(/\/$/, '') + ROOT;
    return send({ host, port, method, path: root + path, headers, agent: false });
  }
}

/** An error in Lambda's format. */
function described(
  error: unknown,
  most = Number.POSITIVE_INFINITY,
): { errorType: string; errorMessage: string; stackTrace: string[] } {
  if (!(error instanceof Error))
    return { errorType: typeof error, errorMessage: String(error).slice(0, most), stackTrace: [] };
  const { name, message, stack = '' } = error;
  return {
    errorType: name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200),
    errorMessage: message.slice(0, most),
    stackTrace: stack.slice(0, most).split('\n').slice(1),
  };
}
