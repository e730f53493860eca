import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** Region used to sign requests to the test server. */
export const REGION = 'us-east-1';

/** Creates a bucket if it does not exist. */
export async function createBucket(
  endpoint: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  bucket: string,
): Promise<void> {
  const client = new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: { name?: string }) => {
    if (error.name !== 'BucketAlreadyOwnedByYou' && error.name !== 'BucketAlreadyExists') throw error;
  });
  client.destroy();
}
