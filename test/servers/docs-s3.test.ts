import { delimiter, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { runShellExample } from '../../scripts/docs-run.ts';
import { freshS3Place, testS3 } from './environment.ts';
import { versitygwBinary } from './versitygw.ts';

it('the S3 example of the guide ingests, indexes and answers from a bucket', async () => {
  const { endpoint, region, credentials } = testS3();
  const { output } = runShellExample('s3.sh', {
    BUCKET: (await freshS3Place()).location.bucket,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  expect(output).toContain('3 added; 3 chunks');
  expect(output).toContain('; published');
  expect(output).toContain('A hotel night is paid up to 140 euros. [1]');
});

it('the example of a local S3 server starts the server, creates a bucket and answers from it', () => {
  const PATH = `${dirname(versitygwBinary())}${delimiter}${process.env.PATH}`;
  const { output } = runShellExample('s3-server.sh', { PATH });
  expect(output).toContain('location: s3://my-bucket/handbook can be written');
  expect(output).toContain('A hotel night is paid up to 140 euros. [1]');
});
