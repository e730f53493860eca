import type { IncomingMessage } from 'node:http';
import { wireError } from '../wire-error.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { CHECKSUMS, hashed, type RunningChecksum } from './checksums.ts';

/** S3's maximum size of a request body. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;
/** Maximum size of an XML body, which lists up to ten thousand parts or a thousand keys. */
const MAX_XML_BYTES = 4 * 1024 ** 2;
const HEADER = 'x-amz-checksum-';
const SIGNED_HASH = /^[0-9a-f]{64}$/;

/** The decoded body of a request. */
export interface RequestBody {
  /** Size of the decoded content in bytes. */
  readonly length: number;
  /** The content, readable once. Reading to the end verifies checksums and length; a mismatch throws. */
  readonly content: AsyncIterable<Uint8Array>;
  /** The client's checksums, by header name; complete once the content has been read. */
  readonly checksums: ReadonlyMap<string, string>;
  /** Whether the client sent a checksum or an MD5 of the whole content. */
  readonly isChecked: boolean;
}

/** A running check: the client's value, and the error if it does not match. */
interface Check {
  readonly running: RunningChecksum;
  readonly expected: () => string | undefined;
  readonly fails: (found: string) => Error;
}

/** @throws MissingContentLength, EntityTooLarge, InvalidRequest, InvalidDigest */
export function bodyOf(incoming: IncomingMessage): RequestBody {
  const { headers } = incoming;
  const sha256 = String(headers['x-amz-content-sha256'] ?? '');
  const isChunked =
    sha256.startsWith('STREAMING-') ||
    String(headers['content-encoding'] ?? '')
      .split(',')
      .some((encoding) => encoding.trim() === 'aws-chunked');
  const length = lengthOf(
    isChunked
      ? headers['x-amz-decoded-content-length']
      : (headers['content-length'] ?? lengthOfNone(incoming)),
  );
  const trailers = new Map<string, string>();
  const checksums = new Map<string, string>();
  const checks = [...checksumChecks(headers, trailers, checksums)];
  if (headers['content-md5'] !== undefined) checks.push(md5Check(String(headers['content-md5'])));
  const isChecked = checks.length > 0;
  if (SIGNED_HASH.test(sha256)) checks.push(sha256Check(sha256));
  // The request is not destroyed if reading ends early, because the response uses the same connection.
  const raw = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const decoded = isChunked ? decodeAwsChunked(raw, trailers) : raw;
  return { length, content: checked(decoded, length, checks), checksums, isChecked };
}

/** Reads an XML body. @throws the errors of `bodyOf`, and MalformedXML if the body is too long */
export async function textOf(body: RequestBody): Promise<string> {
  if (body.length > MAX_XML_BYTES) throw wireError('MalformedXML', 400, 'The XML is too long.');
  const pieces: Uint8Array[] = [];
  for await (const piece of body.content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function lengthOf(text: string | string[] | undefined): number {
  if (text === undefined) {
    throw wireError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  const length = /^\d{1,15}$/.test(String(text)) ? Number(text) : Number.NaN;
  if (Number.isNaN(length)) throw wireError('InvalidArgument', 400, `'${text}' is not a valid body length.`);
  if (length > MAX_BODY_BYTES) {
    throw wireError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size.', {
      ProposedSize: String(length),
      MaxSizeAllowed: String(MAX_BODY_BYTES),
    });
  }
  return length;
}

/** A request without either header has no body (RFC 9112, 6.3). */
const lengthOfNone = ({ headers }: IncomingMessage): string | undefined =>
  headers['transfer-encoding'] === undefined ? '0' : undefined;

function* checksumChecks(
  headers: IncomingMessage['headers'],
  trailers: ReadonlyMap<string, string>,
  given: Map<string, string>,
): Generator<Check> {
  const names = Object.keys(headers).filter((name) => name.startsWith(HEADER));
  const trailing = String(headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  for (const name of new Set([...names, ...trailing])) {
    const algorithm = name.slice(HEADER.length);
    // These headers are not checksums: they choose an algorithm, what is returned, or how parts are combined.
    if (algorithm === 'mode' || algorithm === 'type' || algorithm === 'algorithm') continue;
    const make = Object.hasOwn(CHECKSUMS, algorithm) ? CHECKSUMS[algorithm] : undefined;
    if (!name.startsWith(HEADER) || make === undefined) {
      throw wireError('InvalidRequest', 400, `${name} is not a checksum that S3 supports.`);
    }
    yield {
      running: make(),
      expected: () => {
        const value = headers[name] ?? trailers.get(name);
        if (value !== undefined) given.set(name, String(value));
        return value === undefined ? undefined : String(value);
      },
      fails: () =>
        wireError(
          'BadDigest',
          400,
          `The ${algorithm.toUpperCase()} you specified did not match what we received.`,
        ),
    };
  }
}

function md5Check(expected: string): Check {
  if (Buffer.from(expected, 'base64').length !== 16) {
    throw wireError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  }
  return {
    running: hashed('md5', 'base64'),
    expected: () => expected,
    fails: () => wireError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.'),
  };
}

const sha256Check = (expected: string): Check => ({
  running: hashed('sha256', 'hex'),
  expected: () => expected,
  fails: (found) =>
    wireError(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: found },
    ),
});

async function* checked(
  content: AsyncIterable<Uint8Array>,
  length: number,
  checks: readonly Check[],
): AsyncGenerator<Uint8Array> {
  let arrived = 0;
  for await (const piece of content) {
    arrived += piece.length;
    if (arrived > length) break;
    for (const { running } of checks) running.update(piece);
    yield piece;
  }
  if (arrived !== length) {
    throw wireError('IncompleteBody', 400, `${arrived} of the ${length} announced bytes arrived.`);
  }
  for (const { running, expected, fails } of checks) {
    const found = running.digest();
    if (found !== expected()) throw fails(found);
  }
}
