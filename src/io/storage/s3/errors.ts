import { type ErrorCode, messageOf, SragError } from '../../../core/index.ts';

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

const nameOf = (error: unknown): string => (error as SdkError).Code ?? (error as SdkError).name ?? '';

/** Whether the object does not exist; a 404 error with another name concerns the bucket or the account. */
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

/** Whether the outcome of the request is unknown: no response, or an inconclusive one. */
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
  const of = key === undefined ? location : `'${key}' at ${location}`;
  const { code, message, remedy } = requestFault(error, location) ?? objectFault(error, of);
  return new SragError(code, message, {
    remedy,
    fields: { location, key, service: 's3', name: nameOf(error), status: statusOf(error) },
    cause: error,
  });
}

interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** Errors that concern the client or the bucket rather than an object. */
function requestFault(error: unknown, location: string): Fault | undefined {
  const name = nameOf(error);
  if (name === 'AbortError') return { code: 'CANCELLED', message: 'Cancelled.', remedy: 'Start it again.' };
  if (name === 'CredentialsProviderError')
    return {
      code: 'CREDENTIALS_MISSING',
      message: `There are no AWS credentials for ${location}.`,
      remedy: 'Run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    };
  if (WRONG_REGION.has(name) || statusOf(error) === 301 || /region is missing/i.test(messageOf(error)))
    return {
      code: 'INVALID_CONFIG',
      message: `The region for ${location} is missing or wrong: ${messageOf(error)}.`,
      remedy: 'Set AWS_REGION to the region of the bucket.',
    };
  if (name === 'NoSuchBucket')
    return {
      code: 'BUCKET_MISSING',
      message: `The bucket of ${location} does not exist.`,
      remedy: 'Create it (aws s3 mb s3://NAME) or correct --location.',
    };
  return undefined;
}

/** Errors of a request for an object; `of` names the object. */
function objectFault(error: unknown, of: string): Fault {
  const name = nameOf(error);
  const status = statusOf(error);
  if (DENIED.has(name) || status === 401 || status === 403)
    return {
      code: 'ACCESS_DENIED',
      message: `Access to ${of} was denied (${name}).`,
      remedy: 'Check the key and its secret, and that it may read, write, list and delete objects there.',
    };
  if (CONDITION.has(name) || status === 412 || status === 409)
    return {
      code: 'CONDITION_FAILED',
      message: `${of} does not meet the condition: another writer changed it.`,
      remedy: 'Read it again, then repeat the change.',
    };
  if (isMissingObject(error))
    return {
      code: 'OBJECT_NOT_FOUND',
      message: `There is no object ${of}.`,
      remedy: 'Run srag doctor to see what is at the location.',
    };
  if (status === undefined || status >= 500 || status === 429 || status === 408) return unanswered(error, of);
  return {
    code: 'STORAGE_UNAVAILABLE',
    message: `S3 refused ${of}: ${name} (${status}), ${messageOf(error)}.`,
    remedy: 'Check that the server speaks the S3 API.',
  };
}

function unanswered(error: unknown, of: string): Fault {
  const { code, $metadata } = error as SdkError;
  const details = new Set([nameOf(error), code, messageOf(error)].filter(Boolean));
  const after = $metadata?.attempts === undefined ? '' : ` after ${$metadata.attempts} attempts`;
  return {
    code: 'STORAGE_UNAVAILABLE',
    message: `S3 did not respond for ${of}${after}: ${[...details].join(', ')}.`,
    remedy: 'Check the endpoint and the network, then run the same command again: completed work is kept.',
  };
}
