import type { Hit } from '../../../core/index.ts';
import { damaged } from './damage.ts';

/** What a record says of its chunk, in the order in which it is stored as one JSON list. */
export type Payload = Pick<
  Hit,
  'id' | 'documentId' | 'ordinal' | 'title' | 'text' | 'start' | 'end' | 'headingPath' | 'metadata'
>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A payload as UTF-8 JSON. */
export const encodePayload = (chunk: Payload): Uint8Array =>
  encoder.encode(
    JSON.stringify([
      chunk.id,
      chunk.documentId,
      chunk.ordinal,
      chunk.title,
      chunk.text,
      chunk.start,
      chunk.end,
      chunk.headingPath,
      chunk.metadata,
    ]),
  );

type Fields = [string, string, number, string, string, number, number, string[], Hit['metadata']];

/** @throws DAMAGED_STORE for what no writer has written. */
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
