import type { IncomingMessage } from 'node:http';
import { wireError } from '../wire-error.ts';

/** Reads a body of at most `maxBytes`. @throws the error named `tooLarge`, with status 413 */
export async function readBytes(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLarge = 'RequestEntityTooLargeException',
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) {
      throw wireError(tooLarge, 413, `The request has more than ${maxBytes} bytes.`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Reads a body that is a JSON object. @throws SerializationException, RequestEntityTooLargeException */
export async function readJsonBody(incoming: IncomingMessage, maxBytes: number): Promise<object> {
  const text = (await readBytes(incoming, maxBytes)).toString('utf8');
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Reported below.
  }
  throw wireError('SerializationException', 400, 'The body is not a JSON object.');
}
