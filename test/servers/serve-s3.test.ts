import { afterEach, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type ServedProject, serve } from '../support/served.ts';
import { freshS3Place, testS3 } from './environment.ts';

let served: ServedProject | undefined;
afterEach(async () => {
  await served?.close();
});

it('srag serve answers from a bucket, with the credentials of its caller', async () => {
  const { endpoint, region, credentials } = testS3();
  const { bucket } = (await freshS3Place()).location;
  const env = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const project = await CliProject.open();
  await writeHandbook(project);
  const location = ['--location', `s3://${bucket}/handbook`];
  const ingested = await project.json(['ingest', 'docs', ...location], { env });
  expect(ingested.index).toMatchObject({ kind: 'snapshot', isNew: true });
  served = await serve(project, location, env);
  expect(await served.answersWell()).toBe(true);
});
