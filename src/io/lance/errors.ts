import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';

/**
 * Maps LanceDB's messages to error codes; the first match wins. Damaged files can cause almost any message, and srag's
 * own queries are valid, so unmatched messages are treated as damage.
 */
const PATTERNS: readonly (readonly [RegExp, ErrorCode, string?])[] = [
  [
    /no space left|StorageFull|ENOSPC/i,
    'DISK_FULL',
    'Free some space and run the command again: data written so far is kept.',
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
    /generic S3 error|too many open files|os error (?:5|12|23|24)\b|timed? ?out|connection (reset|refused|closed)|error sending request|\b(?:status|code|HTTP)\D{0,12}5\d\d\b|InternalError|ServiceUnavailable|SlowDown|dns error/i,
    'STORAGE_UNAVAILABLE',
    'Run the command again when the storage responds: data written so far is kept.',
  ],
  [/error parsing statement|resources exhausted/i, 'INTERNAL'],
];

const DAMAGED_REMEDY =
  'Restore the location from a copy. Or build the index again (srag index build KIND); if the corpus is damaged, delete the collection (srag collection delete NAME) and ingest again.';

/** Converts an error of LanceDB to a `SragError`. */
export function lanceError(error: unknown, context: string): SragError {
  if (error instanceof SragError) return error;
  const message = messageOf(error);
  const [, code, remedy] = PATTERNS.find(([pattern]) => pattern.test(message)) ?? [
    undefined,
    'DAMAGED_STORE',
    DAMAGED_REMEDY,
  ];
  return new SragError(code, `${context}: ${firstLine(message)}`, { remedy, cause: error });
}

/** The first line, without the locations in LanceDB's source code that follow the message. */
function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]!;
  const place = line.search(/\.rs:\d/);
  const words =
    place === -1
      ? line
      : line
          .slice(0, place)
          .replace(/(?<!\S)\S*$/, '')
          .replace(/,? ?$/, '');
  return words.slice(0, 400);
}

/** Runs `work` and converts its errors to `SragError`, with `context` as the prefix of their messages. */
export async function guarded<T>(context: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw lanceError(error, context);
  }
}

/** Whether LanceDB reports that a table has no version: it does not exist, or its creation did not finish. */
export const isMissingTable = (error: unknown): boolean => /^Table '.*' was not found/.test(messageOf(error));
