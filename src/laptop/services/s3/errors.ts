import { SragError } from '../../../core/index.ts';
import { asWireError, type WireError, wireError } from '../wire-error.ts';

export const noSuchBucket = (bucket: string): Error =>
  wireError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const notImplemented = (what: string): Error =>
  wireError('NotImplemented', 501, `${what} is not supported by the laptop's S3.`);

export const invalidArgument = (message: string, name: string, value: string): Error =>
  wireError('InvalidArgument', 400, message, { ArgumentName: name, ArgumentValue: value });

/** The S3 response for an error of the storage or of a request. */
export function s3Answer(error: unknown): WireError {
  const known = asWireError(error);
  if (known !== undefined) return known;
  const made = (awsCode: string, status: number, message: string): WireError => ({
    awsCode,
    status,
    message,
    details: {},
  });
  if (!(error instanceof SragError)) return made('InternalError', 500, String(error));
  switch (error.code) {
    case 'OBJECT_NOT_FOUND':
      return made('NoSuchKey', 404, 'The specified key does not exist.');
    case 'CONDITION_FAILED':
      return made('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold');
    case 'INVALID_ARGUMENT':
      return made('InvalidArgument', 400, error.message);
    case 'ACCESS_DENIED':
    case 'LOCATION_NOT_WRITABLE':
      return made('AccessDenied', 403, error.message);
    case 'STORAGE_UNAVAILABLE':
      return made('ServiceUnavailable', 503, error.message);
    default:
      return made('InternalError', 500, error.message);
  }
}
