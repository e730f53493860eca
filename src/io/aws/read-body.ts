import type { IncomingMessage } from 'node:http';

/** An answer has more bytes than any answer to its request. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the answer has more than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/**
 * The body, into one buffer where its length is known. Throws where more or less of it arrives than was said, and
 * AnswerTooLarge where it has more than `maxBytes`: before memory is taken for what a header claims.
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const said = response.headers['content-length'];
  const length = said === undefined ? undefined : Number(said);
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

/** The beginning of the body as text, and no more than about `maxBytes` of it: for the words of an error. */
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
