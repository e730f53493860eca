import { gunzipSync, gzipSync } from 'node:zlib';
import { type CachedAnswer, MAX_VALUE_BYTES } from './port.ts';

interface Entry extends CachedAnswer {
  readonly expiresAt: number;
}

/** Maximum bytes that the envelope adds to the body. */
const ENVELOPE_BYTES = 128;

/**
 * A value with its expiry as JSON, compressed because DynamoDB bills by the kilobyte and texts shrink to a
 * third or less. Undefined if the JSON exceeds {@link MAX_VALUE_BYTES}.
 */
export function encodeEntry(value: CachedAnswer, expiresAtSeconds: number): Uint8Array | undefined {
  const body = JSON.stringify(value.body);
  if (Buffer.byteLength(body) > MAX_VALUE_BYTES) return undefined;
  return gzipSync(`{"expiresAt":${expiresAtSeconds},"createdAtMs":${value.createdAtMs},"body":${body}}`);
}

/** The value of an entry; undefined if it has expired or is not a valid entry. */
export function decodeEntry(bytes: Uint8Array, nowMs: number): CachedAnswer | undefined {
  let entry: Partial<Entry> | null;
  try {
    const json = gunzipSync(bytes, { maxOutputLength: MAX_VALUE_BYTES + ENVELOPE_BYTES });
    entry = JSON.parse(json.toString('utf8')) as Partial<Entry> | null;
  } catch {
    return undefined;
  }
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { expiresAt, createdAtMs, body } = entry;
  const isEntry =
    typeof expiresAt === 'number' &&
    typeof createdAtMs === 'number' &&
    typeof body === 'object' &&
    body !== null;
  return isEntry && nowMs < expiresAt * 1_000 ? { createdAtMs, body } : undefined;
}
