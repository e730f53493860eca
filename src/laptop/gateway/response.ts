import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const PRELUDE_END = Buffer.alloc(8);
const MAX_PRELUDE_BYTES = 64 * 1_024;

/** A proxy integration response that API Gateway would reject. */
export class MalformedResponse extends Error {}

/** Sends a JSON response that the gateway itself creates. */
export function sendAnswer(response: ServerResponse, value: object, requestId: string): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
  });
  response.end(body);
}

/** Sends a function's `{statusCode, headers, body}`. @throws MalformedResponse */
export function sendBuffered(response: ServerResponse, payload: Buffer): number {
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed(payload);
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  writeHead(response, statusCode, {
    ...headersOf(headers, multiValueHeaders),
    'content-length': String(bytes.length),
  });
  response.end(bytes);
  return bytes.length;
}

/**
 * Sends a streamed response. The stream contains status and headers, eight zero bytes, then the body, which
 * is forwarded no faster than the client reads. If the client disconnects, forwarding ends but the function
 * continues.
 */
export async function sendStream(response: ServerResponse, body: Readable): Promise<void> {
  // Without this, a function that writes to a disconnected client would wait until its timeout.
  response.once('close', () => body.destroy());
  let waiting = Buffer.alloc(0);
  const source = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const at = waiting.indexOf(PRELUDE_END);
    if (at >= 0) {
      const { statusCode, headers, cookies } = parsed(waiting.subarray(0, at));
      writeHead(
        response,
        statusCode,
        headersOf(headers, cookies === undefined ? undefined : { 'Set-Cookie': cookies }),
      );
      response.flushHeaders();
      const rest = waiting.subarray(at + PRELUDE_END.length);
      return pipeline(withFirst(rest, source), response);
    }
    if (waiting.length > MAX_PRELUDE_BYTES) throw new MalformedResponse('The stream has no prelude.');
    const { value, done } = await source.next();
    if (done) throw new MalformedResponse('The stream ended before its prelude.');
    waiting = Buffer.concat([waiting, value]);
  }
}

async function* withFirst(first: Buffer, source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (;;) {
    const { value, done } = await source.next();
    if (done) return;
    yield value;
  }
}

function writeHead(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
): void {
  try {
    response.writeHead(status, headers);
  } catch (cause) {
    throw new MalformedResponse('A header of the response is invalid.', { cause });
  }
}

interface ProxyResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly cookies?: readonly string[];
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

function parsed(payload: Buffer): ProxyResponse {
  let value: Partial<ProxyResponse> | null;
  try {
    value = JSON.parse(payload.toString('utf8')) as Partial<ProxyResponse> | null;
  } catch {
    throw new MalformedResponse('The response is not JSON.');
  }
  const status = value?.statusCode;
  const isStatus = Number.isInteger(status) && status! >= 200 && status! <= 599;
  if (!isStatus || typeof (value?.body ?? '') !== 'string')
    throw new MalformedResponse('The response is not a proxy integration response.');
  return value as ProxyResponse;
}

/**
 * Merges single-value and multi-value headers; drops those that frame the message, which the gateway sets.
 */
function headersOf(
  headers: ProxyResponse['headers'],
  multiple: ProxyResponse['multiValueHeaders'],
): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) found[name.toLowerCase()] = String(value);
  for (const [name, values] of Object.entries(multiple ?? {})) {
    if (!Array.isArray(values)) throw new MalformedResponse(`The values of ${name} are not a list.`);
    found[name.toLowerCase()] = values.map(String);
  }
  for (const name of ['content-length', 'transfer-encoding', 'connection', 'keep-alive']) delete found[name];
  return found;
}
