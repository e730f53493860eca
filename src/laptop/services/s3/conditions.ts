import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange, OpenObject, WriteCondition } from '../../../io/storage/index.ts';
import { wireError } from '../wire-error.ts';
import { notImplemented } from './errors.ts';

/** An ETag in header format. */
export const quoted = (etag: string): string => `"${etag}"`;

/** The ETags in a header, without quotes. */
const etagsIn = (header: string): string[] =>
  header.split(',').map((etag) => etag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'));

export const unquoted = (etag: string): string => etagsIn(etag)[0] ?? '';

const failed = (condition: string): Error =>
  wireError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/**
 * Whether to send the object; false for `304 Not Modified`.
 * @throws PreconditionFailed
 */
export function isWanted(object: OpenObject, headers: IncomingHttpHeaders): boolean {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const matches = (header: string): boolean =>
    etagsIn(header).some((etag) => etag === '*' || etag === object.etag);
  if (ifMatch !== undefined && !matches(ifMatch)) throw failed('If-Match');
  return ifNoneMatch === undefined || !matches(ifNoneMatch);
}

/** The condition of a write. @throws NotImplemented for conditions that S3 does not support */
export function writeCondition(headers: IncomingHttpHeaders): WriteCondition | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) throw notImplemented('If-Match with If-None-Match');
  if (ifMatch !== undefined) return { ifMatch: unquoted(ifMatch) };
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch.trim() !== '*') throw notImplemented('If-None-Match with anything but *');
  return { ifNoneMatch: '*' };
}

/**
 * The requested byte range, limited to the object's size; undefined for the whole object. As on S3, a header
 * that is not a single byte range is ignored.
 * @throws InvalidRange if the object contains no byte of it
 */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const found = /^bytes=(\d{0,18})-(\d{0,18})$/.exec(header?.replaceAll(' ', '') ?? '');
  if (header === undefined || found === null) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return undefined;
  const offset = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (offset > last) {
    throw wireError('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: header,
      ActualObjectSize: String(sizeBytes),
    });
  }
  return { offset, length: last - offset + 1 };
}
