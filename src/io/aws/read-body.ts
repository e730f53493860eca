import type { IncomingMessage } from 'node:http';

/** Thrown when a response exceeds the size limit of its request. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the response has more than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/**
 * Reads the body, into a single buffer if its length is known. Throws if its size differs from the stated
 * length. Throws AnswerTooLarge if the body or its stated length exceeds `maxBytes`, before allocating memory
 * for it.
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const stated = response.headers['content-length'];
  const length = stated === undefined ? undefined : Number(stated);
  if (length !== undefined && !(length <= maxBytes)) {
    response.destroy();
    throw new AnswerTooLarge(maxBytes);
  }
  const parts: Buffer[] = [];
  const bytes = length === undefined ? undefined : Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (length === undefined && at + part.length > maxBytes) throw new AnswerTooLarge(maxBytes);
    if (length !== undefined && at + part.length > length)
      throw new Error(`more than ${length} bytes arrived`);
    if (bytes === undefined) parts.push(part);
    else bytes.set(part, at);
    at += part.length;
  }
  if (length !== undefined && at !== length) throw new Error(`${at} of ${length} bytes arrived`);
  return bytes ?? Buffer.concat(parts, at);
}

/** Reads about the first `maxBytes` of the body as text, for error messages. */
export async function readBeginning(response: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
