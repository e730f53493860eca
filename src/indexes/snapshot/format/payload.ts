import type { Hit } from '../../../core/index.ts';
import { damaged } from './damage.ts';

/** The chunk fields of a record, in the order in which they are stored as one JSON list. */
export type Payload = Pick<
  Hit,
  'id' | 'documentId' | 'ordinal' | 'title' | 'text' | 'start' | 'end' | 'headingPath' | 'metadata'
>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Encodes payloads as UTF-8 JSON into a reused buffer: a million small buffers would burden the garbage collector. */
export class PayloadEncoder {
  #scratch = new Uint8Array(16_384);

  /** Encodes a chunk. Returns a view that is valid until the next call. */
  encode(chunk: Payload): Uint8Array {
    const text = JSON.stringify([
      chunk.id,
      chunk.documentId,
      chunk.ordinal,
      chunk.title,
      chunk.text,
      chunk.start,
      chunk.end,
      chunk.headingPath,
      chunk.metadata,
    ]);
    // A UTF-16 unit takes at most three bytes.
    if (3 * text.length > this.#scratch.length) this.#scratch = new Uint8Array(6 * text.length);
    return this.#scratch.subarray(0, encoder.encodeInto(text, this.#scratch).written);
  }
}

type Fields = [string, string, number, string, string, number, number, string[], Hit['metadata']];

/** Decodes a payload. @throws DAMAGED_STORE if it is malformed. */
export function decodePayload(bytes: Uint8Array): Payload {
  let fields: unknown;
  try {
    fields = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw damaged('a text', 'is not JSON', cause);
  }
  if (!Array.isArray(fields) || fields.length !== 9) throw damaged('a text', 'is not a list of nine fields');
  const [id, documentId, ordinal, title, text, start, end, headingPath, metadata] = fields as Fields;
  return { id, documentId, ordinal, title, text, start, end, headingPath, metadata };
}
