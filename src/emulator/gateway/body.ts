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
