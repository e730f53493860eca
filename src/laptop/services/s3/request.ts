import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { accessKeyOf } from '../credentials.ts';
import { wireError } from '../wire-error.ts';
import { invalidArgument } from './errors.ts';

/** A path-style request to S3. */
export interface S3Request {
  readonly method: string;
  /** Empty if the request names no bucket. */
  readonly bucket: string;
  /** Empty if the request names no key. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly incoming: IncomingMessage;
}

/** Parses the request target as sent, because a URL parser would resolve `..`. @throws InvalidURI */
export function readRequest(incoming: IncomingMessage): S3Request {
  const url = incoming.url ?? '';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (!path.startsWith('/')) throw invalidUri(path);
  const slash = path.indexOf('/', 1);
  return {
    method: incoming.method ?? '',
    bucket: decoded(path.slice(1, slash < 0 ? undefined : slash)),
    key: slash < 0 ? '' : decoded(path.slice(slash + 1)),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    incoming,
  };
}

/** Access key of a request signed in its headers; undefined if it is unsigned. */
export const accessKeyIn = (incoming: IncomingMessage): string | undefined =>
  accessKeyOf(incoming.headers.authorization);

/** Rejects unsigned requests as S3 does; signatures are not verified. @throws AccessDenied and others */
export function checkSigned(request: S3Request): void {
  if (accessKeyIn(request.incoming) !== undefined) return;
  const { authorization } = request.headers;
  if (authorization === undefined) throw wireError('AccessDenied', 403, 'Access Denied');
  if (authorization.startsWith('AWS4-')) {
    throw wireError(
      'AuthorizationHeaderMalformed',
      400,
      'The authorization header that you provided is not valid.',
    );
  }
  throw wireError(
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
}

/** A whole number from the query; the upper bound is also the default. @throws InvalidArgument */
export function wholeNumber(query: URLSearchParams, name: string, bounds: readonly [number, number]): number {
  const text = query.get(name);
  const [low, high] = bounds;
  if (text === null || text === '') return high;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value < low) throw invalidArgument(`${name} must be a whole number of at least ${low}.`, name, text);
  return Math.min(value, high);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri(text);
  }
}

const invalidUri = (uri: string): Error =>
  wireError('InvalidURI', 400, "Couldn't parse the specified URI.", { URI: uri });
