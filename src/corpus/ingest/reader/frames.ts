import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

const HEADER_BYTES = 4;

/** Writes a length-prefixed message; resolves once the stream accepts more. */
export async function sendFrame(stream: Duplex, message: unknown): Promise<void> {
  const body = serialize(message);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(body.length);
  stream.write(header);
  if (!stream.write(body)) await once(stream, 'drain');
}

/** Yields the messages of a stream. Reads on demand, so that a slow consumer applies back-pressure to the sender. */
export async function* receiveFrames<Message>(stream: Duplex): AsyncGenerator<Message, void, void> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = HEADER_BYTES;
  let isHeader = true;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    held.push(piece);
    heldBytes += piece.length;
    while (heldBytes >= wanted) {
      const data = held.length === 1 ? held[0]! : Buffer.concat(held);
      const frame = data.subarray(0, wanted);
      const rest = data.subarray(wanted);
      held = rest.length > 0 ? [rest] : [];
      heldBytes = rest.length;
      wanted = isHeader ? frame.readUInt32LE() : HEADER_BYTES;
      if (!isHeader) yield deserialize(frame) as Message;
      isHeader = !isHeader;
    }
  }
}
