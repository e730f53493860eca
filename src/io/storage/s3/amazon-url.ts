import { awsOrigin } from '../../aws/index.ts';

/**
 * Whether the bucket stands in the path and not in the host name: on other servers than Amazon's, and where its name has
 * dots, for which the certificate of `*.s3.REGION.amazonaws.com` is not valid.
 */
export const isBucketInPath = (bucket: string, endpoint: string | undefined): boolean =>
  endpoint !== undefined || bucket.includes('.');

/** Where a bucket is asked for; see {@link isBucketInPath}. */
export const bucketUrl = (bucket: string, region: string, endpoint: string | undefined): URL =>
  new URL(endpoint ?? awsOrigin(isBucketInPath(bucket, endpoint) ? 's3' : `${bucket}.s3`, region));
