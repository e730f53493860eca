import { crc32 } from 'node:zlib';

const STRING_HEADER = 7;

function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).map(([name, value]) => {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(valueBytes.length);
    return Buffer.concat([
      Buffer.from([nameBytes.length]),
      nameBytes,
      Buffer.from([STRING_HEADER]),
      length,
      valueBytes,
    ]);
  });
  return Buffer.concat(parts);
}

/**
 * One frame of `application/vnd.amazon.eventstream`: total length, headers length, CRC32 of both, headers,
 * payload, CRC32 of everything before (smithy.io, "Amazon Event Stream Specification").
 */
function encodeFrame(headers: Readonly<Record<string, string>>, payload: unknown): Buffer {
  const headerBytes = encodeHeaders(headers);
  const payloadBytes = Buffer.from(JSON.stringify(payload));
  const frame = Buffer.alloc(16 + headerBytes.length + payloadBytes.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(headerBytes.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  headerBytes.copy(frame, 12);
  payloadBytes.copy(frame, 12 + headerBytes.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
  return frame;
}

/** A frame that contains an event. */
export const eventFrame = (type: string, payload: unknown): Buffer =>
  encodeFrame(
    { ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' },
    payload,
  );

/** A frame that contains an exception. */
export const exceptionFrame = (type: string, message: string): Buffer =>
  encodeFrame(
    { ':message-type': 'exception', ':exception-type': type, ':content-type': 'application/json' },
    { message },
  );

/** The same frame with one flipped bit in its payload, so that the checksum is wrong. */
export function corrupted(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy[copy.length - 6]! ^= 1;
  return copy;
}
