import { SragError } from '../../core/index.ts';
import type { ByteRange } from './port.ts';

const MAX_KEY_BYTES = 1_024;
const MAX_SEGMENT_BYTES = 255;
/** First key segment that is reserved for the unfinished writes and locks of the `file` storage. */
export const RESERVED_SEGMENT = '.srag-writes';

const bytesOf = (text: string): number => Buffer.byteLength(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/** Rejects keys that could leave the location or that a server or file system would alter. @throws INVALID_ARGUMENT */
export function checkKey(key: string): void {
  const problem = problemOf(key, key.split('/'));
  if (problem !== undefined) throw badKey('key', key, problem);
}

/** Like {@link checkKey}, for key prefixes, which may be empty or end anywhere. @throws INVALID_ARGUMENT */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  const segments = prefix.split('/');
  const last = segments.at(-1) ?? '';
  // The last segment may be incomplete: '..' may be a prefix of '..a'. Prefixes are compared, never resolved.
  const problem = problemOf(prefix, /^\.{0,2}$/.test(last) ? segments.slice(0, -1) : segments);
  if (problem !== undefined) throw badKey('prefix', prefix, problem);
}

/** Whether a file of this name can be an object; listings skip names that no key can have. */
export const isNameable = (name: string): boolean => !FORBIDDEN.test(name) && name.isWellFormed();

function problemOf(key: string, segments: readonly string[]): string | undefined {
  if (key === '') return 'it is empty';
  if (key.startsWith('/')) return 'it starts with /';
  if (bytesOf(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  if (FORBIDDEN.test(key)) return 'it contains a control character or a backslash';
  if (!key.isWellFormed()) return 'it contains a lone surrogate';
  if (segments[0] === RESERVED_SEGMENT) return `${RESERVED_SEGMENT}/ is reserved`;
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

/** Rejects a range without an integer offset >= 0 and an integer length >= 1. @throws INVALID_ARGUMENT */
export function checkRange(key: string, range: ByteRange | undefined): void {
  if (range === undefined) return;
  const fits = Number.isSafeInteger(range.offset) && Number.isSafeInteger(range.length);
  if (!fits || range.offset < 0 || range.length < 1) throw outOfBounds(key, range, undefined);
}

/** The error for a range outside an object of `sizeBytes`. */
export function outOfBounds(key: string, range: ByteRange, sizeBytes: number | undefined): SragError {
  const size = sizeBytes === undefined ? '' : `, which has ${sizeBytes} bytes`;
  const { offset, length } = range;
  return new SragError('INVALID_ARGUMENT', `Range ${offset}+${length} is not within '${key}'${size}.`, {
    remedy: 'Request at least one byte, from an offset of 0 or more, within the object.',
    fields: { field: 'range', offset, length, sizeBytes },
  });
}

/** The error for a missing object. */
export const notFound = (key: string, location: string, cause?: unknown): SragError =>
  new SragError('OBJECT_NOT_FOUND', `There is no object '${key}' at ${location}.`, {
    fields: { key, location },
    cause,
  });

/** The error for a read whose `ifNoneMatch` still equals the object's ETag. */
export const notModified = (key: string, location: string): SragError =>
  new SragError('NOT_MODIFIED', `'${key}' at ${location} has not changed.`, {
    fields: { key, location },
  });

/** The error for a condition that does not hold. */
export const conditionFailed = (key: string, condition: string, cause?: unknown): SragError =>
  new SragError(
    'CONDITION_FAILED',
    `'${key}' does not meet the condition (${condition}): another writer changed it.`,
    {
      remedy: 'Read it again, then repeat the change.',
      fields: { key, condition },
      cause,
    },
  );
