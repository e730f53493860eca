import { hasCode, SragError } from '../../core/index.ts';
import type { S3VectorsSettings } from './settings.ts';

/** Whether the service says that the vector bucket or the index does not exist. */
export const isMissing = (error: unknown): error is SragError =>
  hasCode(error, 'AWS_REFUSED') && error.fields.type === 'NotFoundException';

/** Whether an index with this name exists already. */
export const isConflict = (error: unknown): error is SragError =>
  hasCode(error, 'AWS_REFUSED') && error.fields.type === 'ConflictException';

/** Adds to an error of the service what the user can do about it. */
export function explained(error: unknown, settings: S3VectorsSettings): unknown {
  if (isMissing(error) && /vector bucket/i.test(error.upstream ?? '')) return missingBucket(settings, error);
  if (!(error instanceof SragError)) return error;
  const remedy = remedyOf(error);
  if (remedy === undefined) return error;
  const { code, message, fields, upstream } = error;
  return new SragError(code, message, { remedy, fields, upstream, cause: error });
}

function remedyOf({ code, fields }: SragError): string | undefined {
  if (fields.type === 'AccessDeniedException' && fields.operation === 'QueryVectors')
    return 'Grant the role s3vectors:QueryVectors and, for filters, s3vectors:GetVectors on the index, and check region and keys.';
  if (code === 'THROTTLED')
    return 'Send fewer requests: an index of S3 Vectors serves some hundreds of queries per second.';
  if (fields.type === 'ServiceQuotaExceededException')
    return 'Delete indexes with srag index gc, or raise the quota of the vector bucket.';
  return undefined;
}

/** The error for a vector bucket that does not exist. Only `srag deploy` creates one, on request. */
const missingBucket = ({ bucket, region }: S3VectorsSettings, cause: unknown): SragError =>
  new SragError('BUCKET_MISSING', `Vector bucket '${bucket}' does not exist in ${region}.`, {
    remedy: `Check s3Vectors.bucket and region, or create it: aws s3vectors create-vector-bucket --vector-bucket-name ${bucket} --region ${region}`,
    fields: { bucket, region },
    cause,
  });

/** The error for an index that is missing in the vector bucket. */
export const missingIndex = (version: string, index: string, { bucket }: S3VectorsSettings): SragError =>
  new SragError(
    'DAMAGED_STORE',
    `Index '${index}' of version ${version} does not exist in vector bucket '${bucket}'.`,
    {
      remedy:
        'Check s3Vectors.bucket; if the index was deleted, build and publish a version again: srag index build s3-vectors.',
      fields: { version, index, bucket },
    },
  );

/** The error for a response that is not what the API documents, for example from a proxy. */
export const unexpectedAnswer = (operation: string, problem: string): SragError =>
  new SragError('AWS_UNAVAILABLE', `S3Vectors ${operation}: the answer has ${problem}.`, {
    remedy: 'Check that s3Vectors.endpoint is the address of S3 Vectors.',
    fields: { operation, retryable: false },
  });
