import { SragError } from '../../core/index.ts';
import type { ByteRange } from './port.ts';

const MAX_KEY_BYTES = 1_024;
const MAX_SEGMENT_BYTES = 255;
/** First segment that the `file` storage keeps for itself: unfinished writes and locks. */
export const RESERVED_SEGMENT = '.srag-writes';

const bytesOf = (text: string): number => Buffer.byteLength(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/** Refuses keys that could leave the location or that a server or a file system would change. @throws INVALID_ARGUMENT */
export function checkKey(key: string): void {
  const problem = problemOf(key, key.split('/'));
  if (problem !== undefined) throw badKey('key', key, problem);
}

/** As {@link checkKey}, for the beginning of keys: it may be empty or end anywhere. @throws INVALID_ARGUMENT */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  const segments = prefix.split('/');
  const last = segments.at(-1) ?? '';
  // A beginning may be cut anywhere: '..' may go on to '..a'. It is compared, never walked.
  const problem = problemOf(prefix, /^\.{0,2}$/.test(last) ? segments.slice(0, -1) : segments);
  if (problem !== undefined) throw badKey('prefix', prefix, problem);
}

/** Whether a file of this name can be an object: one that no key can name is not listed. */
export const isNameable = (name: string): boolean => !FORBIDDEN.test(name) && name.isWellFormed();

function problemOf(key: string, segments: readonly string[]): string | undefined {
  if (key === '') return 'it is empty';
  if (key.startsWith('/')) return 'it starts with /';
  if (bytesOf(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  if (FORBIDDEN.test(key)) return 'it holds a control character or a backslash';
  if (!key.isWellFormed()) return 'it holds half a character';
  if (segments[0] === RESERVED_SEGMENT) return `${RESERVED_SEGMENT}/ is srag's own`;
  for (const segment of segments) {
    if (segment === '') return 'it has an empty segment';
    if (segment === '.' || segment === '..') return `it has the segment '${segment}'`;
    if (bytesOf(segment) > MAX_SEGMENT_BYTES) return `a segment is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

const badKey = (field: string, value: string, problem: string): SragError =>
  new SragError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(value)} cannot be the ${field} of an object: ${problem}.`,
    {
      remedy:
        'Use segments of 1 to 255 bytes joined by single slashes, for example default/indexes/published.json.',
      fields: { field, value },
    },
  );

/** Refuses a range that is not at least one byte at a whole offset from 0. @throws INVALID_ARGUMENT */
export function checkRange(key: string, range: ByteRange | undefined): void {
  if (range === undefined) return;
  const fits = Number.isSafeInteger(range.offset) && Number.isSafeInteger(range.length);
  if (!fits || range.offset < 0 || range.length < 1) throw outOfBounds(key, range, undefined);
}

/** The error for a range that an object of `sizeBytes` does not hold. */
export function outOfBounds(key: string, range: ByteRange, sizeBytes: number | undefined): SragError {
  const size = sizeBytes === undefined ? '' : `, which has ${sizeBytes} bytes`;
  const { offset, length } = range;
  return new SragError('INVALID_ARGUMENT', `Range ${offset}+${length} does not lie within '${key}'${size}.`, {
    remedy: 'Ask for at least one byte, from an offset of 0 or more, within the object.',
    fields: { field: 'range', offset, length, ...(sizeBytes === undefined ? {} : { sizeBytes }) },
  });
}

/** The error for an object that is not there. */
export const notFound = (key: string, location: string, cause?: unknown): SragError =>
  new SragError('OBJECT_NOT_FOUND', `There is no object '${key}' at ${location}.`, {
    fields: { key, location },
    cause,
  });

/** What a read is told that asked only for another version than the one it knows. */
export const notModified = (key: string, location: string): SragError =>
  new SragError('NOT_MODIFIED', `'${key}' at ${location} is still the one that is known.`, {
    fields: { key, location },
  });

/** The error for a condition that does not hold. */
export const conditionFailed = (key: string, condition: string, cause?: unknown): SragError =>
  new SragError(
    'CONDITION_FAILED',
    `'${key}' is not as it was expected to be (${condition}): someone else wrote it.`,
    {
      remedy: 'Read it again and decide anew.',
      fields: { key, condition },
      cause,
    },
  );
