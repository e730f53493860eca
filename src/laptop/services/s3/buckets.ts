import { wireError } from '../wire-error.ts';
import { isoTime, type S3Context, type S3Operation, xmlAnswer } from './context.ts';

/** Not of one bucket. */
export const listBuckets = (context: S3Context) =>
  xmlAnswer('ListAllMyBucketsResult', {
    Owner: { ID: 'laptop', DisplayName: 'laptop' },
    Buckets: {
      Bucket: [...context.buckets.keys()].sort().map((Name) => ({ Name, CreationDate: isoTime(0) })),
    },
  });

export const headBucket: S3Operation = async (_request, _bucket, { region }) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': region },
});

export const getBucketLocation: S3Operation = async (_request, _bucket, { region }) =>
  // S3's first region is told by its absence.
  xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region);

/** Buckets are folders that the server was started with: none is made. */
export function createBucket(context: S3Context, bucket: string): never {
  if (context.buckets.has(bucket)) {
    throw wireError(
      'BucketAlreadyOwnedByYou',
      409,
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: bucket },
    );
  }
  throw wireError(
    'AccessDenied',
    403,
    `The laptop's buckets are those it was started with, not '${bucket}'.`,
  );
}
