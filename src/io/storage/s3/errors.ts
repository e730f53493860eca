import { messageOf, SragError } from '../../../core/index.ts';

/** The parts of an SDK error that determine its meaning. */
interface SdkError {
  readonly name?: string;
  readonly Code?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly attempts?: number;
    readonly requestId?: string;
  };
}

const CONDITION = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);
const MISSING_OBJECT = new Set(['NoSuchKey', 'NotFound']);
const WRONG_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const DENIED = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  // versitygw's name for an unknown access key.
  'XAdminUserNotFound',
  'Forbidden',
]);

/** HTTP status of an SDK error, if it has one. */
export const statusOf = (error: unknown): number | undefined => (error as SdkError).$metadata?.httpStatusCode;

/** Name of an SDK error. */
const nameOf = (error: unknown): string => (error as SdkError).Code ?? (error as SdkError).name ?? '';

/** Whether the object does not exist; a 404 with another name concerns the bucket or the account. */
export const isMissingObject = (error: unknown): boolean => MISSING_OBJECT.has(nameOf(error));

/**
 * Whether a read was denied. S3 also denies reads of missing objects unless the role may list the whole bucket; a role
 * that may list only its own prefixes must list them to tell the difference.
 */
export const isDenied = (error: unknown): boolean =>
  statusOf(error) === 403 && ['AccessDenied', 'Forbidden'].includes(nameOf(error));

/** Whether the server does not support the request, or requires headers that were not sent. */
export const isUnsupported = (error: unknown): boolean =>
  ['MissingContentMD5', 'NotImplemented', 'MethodNotAllowed'].includes(nameOf(error)) ||
  [405, 501].includes(statusOf(error) ?? 0);

/** Whether the outcome of the request is unknown: no response, or one that does not tell. */
export function isUncertain(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined ? !isLocal(error) : status >= 500 || status === 409;
}

/** Whether the request was never sent: no credentials, no region, cancelled. */
const isLocal = (error: unknown): boolean =>
  ['CredentialsProviderError', 'AbortError'].includes(nameOf(error)) ||
  /region is missing/i.test(messageOf(error));

/** The error for a failed request for `key` in `location` (s3://bucket/prefix). */
export function s3Error(error: unknown, location: string, key?: string): SragError {
  if (error instanceof SragError) return error;
  const name = nameOf(error);
  const status = statusOf(error);
  const of = key === undefined ? location : `'${key}' at ${location}`;
  const fields = { location, key, service: 's3', name, status };
  const made = (
    code: ConstructorParameters<typeof SragError>[0],
    message: string,
    remedy: string,
  ): SragError => new SragError(code, message, { remedy, fields, cause: error });

  if (name === 'AbortError') return made('CANCELLED', 'Cancelled.', 'Start it again.');
  if (name === 'CredentialsProviderError') {
    return made(
      'CREDENTIALS_MISSING',
      `There are no AWS credentials to reach ${location}.`,
      'Run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (WRONG_REGION.has(name) || status === 301 || /region is missing/i.test(messageOf(error))) {
    return made(
      'INVALID_CONFIG',
      `The region for ${location} is missing or wrong: ${messageOf(error)}.`,
      'Set AWS_REGION to the region of the bucket.',
    );
  }
  if (DENIED.has(name) || status === 401 || status === 403) {
    return made(
      'ACCESS_DENIED',
      `Access to ${of} was denied (${name}).`,
      'Check the key and its secret, and that it may read, write, list and delete objects there.',
    );
  }
  if (name === 'NoSuchBucket') {
    return made(
      'BUCKET_MISSING',
      `The bucket of ${location} does not exist.`,
      'Create it (aws s3 mb s3://NAME) or correct --location.',
    );
  }
  if (CONDITION.has(name) || status === 412 || status === 409) {
    return made(
      'CONDITION_FAILED',
      `${of} does not meet the condition: another writer changed it.`,
      'Read it again, then repeat the change.',
    );
  }
  if (isMissingObject(error))
    return made(
      'OBJECT_NOT_FOUND',
      `There is no object ${of}.`,
      'Run srag doctor to see what is at the location.',
    );
  if (status === undefined || status >= 500 || status === 429 || status === 408) {
    const detail = [name, (error as SdkError).code, messageOf(error)].filter(
      (part, index, all) => part && all.indexOf(part) === index,
    );
    const attempts = (error as SdkError).$metadata?.attempts;
    const after = attempts === undefined ? '' : ` after ${attempts} attempts`;
    return made(
      'STORAGE_UNAVAILABLE',
      `S3 did not answer for ${of}${after}: ${detail.join(', ')}.`,
      'Check the endpoint and the network, then run the same command again: what was finished stays.',
    );
  }
  return made(
    'STORAGE_UNAVAILABLE',
    `S3 refused ${of}: ${name} (${status}), ${messageOf(error)}.`,
    'Check that the server speaks the S3 API.',
  );
}
