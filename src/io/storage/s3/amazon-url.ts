import { awsOrigin } from '../../aws/index.ts';

/**
 * Whether requests contain the bucket in the path instead of the host name. True for servers other than
 * Amazon's and for bucket names with dots, which the certificate of `*.s3.REGION.amazonaws.com` does not
 * cover.
 */
export const isBucketInPath = (bucket: string, endpoint: string | undefined): boolean =>
  endpoint !== undefined || bucket.includes('.');

/** URL of a bucket's server; see {@link isBucketInPath}. */
export const bucketUrl = (bucket: string, region: string, endpoint: string | undefined): URL =>
  new URL(endpoint ?? awsOrigin(isBucketInPath(bucket, endpoint) ? 's3' : `${bucket}.s3`, region));
