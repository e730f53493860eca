import type { IncomingMessage } from 'node:http';

/** The body, into one buffer where its length is known. Throws where more or less of it arrives than was said. */
export async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(length)) return Buffer.concat(await response.toArray());
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (at + part.length > length) throw new Error(`more than ${length} bytes arrived`);
    bytes.set(part, at);
    at += part.length;
  }
  if (at !== length) throw new Error(`${at} of ${length} bytes arrived`);
  return bytes;
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
