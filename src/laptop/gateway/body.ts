import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** API Gateway's limit. */
const MAX_BODY_BYTES = 10 * 2 ** 20;

/**
 * Reads the body of a request. Returns undefined if it is too large; the rest is then read and discarded, so
 * that the sender can read the response.
 * @throws the connection's error if the sender disconnects
 */
export function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= MAX_BODY_BYTES) return void parts.push(part);
      parts = [];
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', reject);
  });
}

/** Size in bytes of a body as a JSON string in an event, computed without creating that string. */
export function eventBytes(body: Buffer): number {
  if (!isUtf8(body)) return Math.ceil(body.length / 3) * 4;
  let bytes = body.length;
  for (const byte of body) if (byte < ESCAPED.length) bytes += ESCAPED[byte]!;
  return bytes;
}

/**
 * Bytes that JSON escaping adds to each ASCII character: one for `\n` and similar, five for other control
 * characters.
 */
const ESCAPED = Uint8Array.from(
  { length: 128 },
  (_, code) => JSON.stringify(String.fromCharCode(code)).length - 3,
);
