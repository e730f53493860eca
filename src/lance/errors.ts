import { type ErrorCode, messageOf, SragError } from '../core/index.ts';

/** What LanceDB's messages say, and what it means here. The first match decides. */
const PATTERNS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /no space left|StorageFull|ENOSPC/i,
    'DISK_FULL',
    'Free some space and run the command again: what was written is kept.',
  ],
  [/NoSuchBucket|bucket does not exist/i, 'BUCKET_MISSING', 'Create the bucket, or correct --location.'],
  [
    /InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|403 Forbidden|status code 403/i,
    'ACCESS_DENIED',
    'Check the credentials and the bucket policy.',
  ],
  [
    /credentials? (provider|were not|not)|no providers in chain|CredentialsNotLoaded|metadata token/i,
    'CREDENTIALS_MISSING',
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
  ],
  [
    /permission denied|read-only file system|EACCES|EROFS/i,
    'LOCATION_NOT_WRITABLE',
    'Choose a --location that this user can write.',
  ],
  [
    /too many concurrent writers|commit conflict|conflicting|preempted|incompatible transaction/i,
    'WRITE_CONFLICT',
    'Another process writes to this collection; run the command again.',
  ],
  [
    /timed? ?out|connection (reset|refused|closed)|error sending request|\b(?:status|code|HTTP)\D{0,12}5\d\d\b|InternalError|ServiceUnavailable|SlowDown|dns error/i,
    'STORAGE_UNAVAILABLE',
    'Run the command again when the storage answers: what was written is kept.',
  ],
  [
    /corrupt|not a lance|invalid (magic|footer)|unexpected end|out of range|LanceError\(IO\)/i,
    'DAMAGED_STORE',
    'Ingest into a new collection, or restore the location from a copy.',
  ],
];

/** A fault of LanceDB as a typed error. */
export function lanceError(error: unknown, context: string): SragError {
  if (error instanceof SragError) return error;
  const message = messageOf(error);
  for (const [pattern, code, remedy] of PATTERNS) {
    if (pattern.test(message))
      return new SragError(code, `${context}: ${firstLine(message)}`, { remedy, cause: error });
  }
  return new SragError('INTERNAL', `${context}: ${firstLine(message)}`, { cause: error });
}

/** The first line, without the places in LanceDB's own source code that follow its words. */
const firstLine = (message: string): string =>
  message
    .split('\n', 1)[0]!
    .replace(/,? ?\S*\.rs:\d+(:\d+)?.*$/, '')
    .slice(0, 400);

/** Runs `work`; its faults come out as typed errors that say what was being done. */
export async function guarded<T>(context: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw lanceError(error, context);
  }
}

/** Whether LanceDB says that a table has no version: there is nothing, or a creation that was not finished. */
export const isMissingTable = (error: unknown): boolean => /^Table '.*' was not found/.test(messageOf(error));
