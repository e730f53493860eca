import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** API Gateway's limit. */
const MAX_BODY_BYTES = 10 * 2 ** 20;

/**
 * The body of a request; undefined where it is too large: the rest is read and dropped, for its sender to get to the
 * answer. @throws the connection's error where the sender left
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

/** Bytes of a body inside an event, which holds it as a JSON string: known before 10 MB are turned into one. */
export function eventBytes(body: Buffer): number {
  if (!isUtf8(body)) return Math.ceil(body.length / 3) * 4;
  let bytes = body.length;
  for (const byte of body) if (byte < ESCAPED.length) bytes += ESCAPED[byte]!;
  return bytes;
}

/** Bytes that escaping adds to an ASCII character: `\n` and its kin have a letter, other control characters four digits. */
const ESCAPED = Uint8Array.from(
  { length: 128 },
  (_, code) => JSON.stringify(String.fromCharCode(code)).length - 3,
);
