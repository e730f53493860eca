import { wireError } from '../wire-error.ts';
import { isoTime, type S3Context, type S3Operation, xmlAnswer } from './context.ts';

/** Lists all buckets. Takes no bucket, unlike the other operations. */
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
  // For us-east-1 S3 returns an empty element.
  xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region);

/** The buckets are the folders given at the start; new ones cannot be created. */
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
