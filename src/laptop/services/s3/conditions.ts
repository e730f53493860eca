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

/** The four condition headers of a read, or of the source of a copy. */
export interface ConditionHeaders {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

export const readConditions = (headers: IncomingHttpHeaders): ConditionHeaders => ({
  ifMatch: headers['if-match'],
  ifNoneMatch: headers['if-none-match'],
  ifModifiedSince: headers['if-modified-since'],
  ifUnmodifiedSince: headers['if-unmodified-since'],
});

/**
 * Whether to send the object; false for `304 Not Modified`. A condition on the ETag takes precedence over one
 * on the time, as in RFC 9110, 13.2.2.
 * @throws PreconditionFailed
 */
export function isWanted(object: OpenObject, conditions: ConditionHeaders): boolean {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const matches = (header: string): boolean =>
    etagsIn(header).some((etag) => etag === '*' || etag === object.etag);
  // HTTP times have whole seconds.
  const isLater = (header: string): boolean =>
    Math.floor(object.modifiedMs / 1_000) * 1_000 > (Date.parse(header) || Number.POSITIVE_INFINITY);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch)) throw failed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && isLater(ifUnmodifiedSince)) {
    throw failed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch);
  return (
    ifModifiedSince === undefined || Number.isNaN(Date.parse(ifModifiedSince)) || isLater(ifModifiedSince)
  );
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
