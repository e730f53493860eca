import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings, StoragePlace } from '../../src/io/storage/index.ts';
import { TEST_KEY, VERSITYGW, versitygwBinary } from './versitygw.ts';

/** Settings of the S3 test server. If there is none, throws an error that says how to install one. */
export function testS3(): Required<Pick<S3Settings, 'endpoint' | 'region' | 'credentials'>> {
  const endpoint = process.env.SRAG_TEST_S3_ENDPOINT;
  if (endpoint === undefined) {
    throw new Error(
      `No S3 server: run npm run servers:install (Go builds ${VERSITYGW} to ${versitygwBinary()}).`,
    );
  }
  return {
    endpoint,
    region: 'us-east-1',
    credentials: {
      accessKeyId: process.env.SRAG_TEST_S3_KEY ?? TEST_KEY.accessKeyId,
      secretAccessKey: process.env.SRAG_TEST_S3_SECRET ?? TEST_KEY.secretAccessKey,
    },
  };
}

/** An empty location in a new bucket of the S3 test server. */
export async function freshS3Place(
  prefix = 'some/prefix',
): Promise<StoragePlace & { location: { kind: 's3' } }> {
  const settings = testS3();
  const bucket = `srag-test-${randomUUID()}`;
  const client = new S3Client({ ...settings, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { location: { kind: 's3', bucket, prefix }, s3: settings };
}

/**
 * Folder of public datasets for comparison: $SRAG_TEST_DATA if set, else shared/data next to the checkout.
 */
export function testData(): string {
  const folder = resolve(process.env.SRAG_TEST_DATA ?? '../shared/data');
  if (!existsSync(folder)) throw new Error(`No test data at ${folder}: set SRAG_TEST_DATA to its folder.`);
  return folder;
}
