import { join } from 'node:path';
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBuild } from '../../infra/test/support/build.ts';
import { type CdkMotoProxy, startCdkMotoProxy } from '../support/cdk-moto-proxy.ts';
import { CliProject } from '../support/cli.ts';
import { type AwsServer, startMoto } from './aws-servers.ts';

let moto: AwsServer;
let proxy: CdkMotoProxy;
let project: CliProject;
let s3: S3Client;
let env: Record<string, string>;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startCdkMotoProxy(moto.endpoint);
  project = await CliProject.open();
  writeBuild(join(project.folder, 'build'));
  await project.write(
    'srag.config.json',
    JSON.stringify({
      deploy: {
        name: 'demo',
        functions: 'build',
        region: 'eu-west-1',

        alarms: { email: 'team@example.org' },
      },
    }),
  );
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  env = {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Makes the CDK create stacks directly, because change sets do not work with moto.
    CDK_METHOD: 'direct',
  };
  s3 = new S3Client({ endpoint: proxy.url, region: 'eu-west-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3?.destroy();
  await project?.remove();
  await proxy?.stop();
  await moto?.stop();
});

const deploy = (...words: string[]) => project.json(['deploy', ...words], { env });
const keys = async (bucket: string): Promise<string[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? [])
    .map(({ Key = '' }) => Key)
    .sort();
const put = (bucket: string, key: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));

describe('a deployment by the pinned CDK to a server that emulates AWS', () => {
  it('is refused without a bootstrap, and doctor reports that the bootstrap is missing', async () => {
    const doctor = await project.run(['doctor', '--aws', '--json'], { env });
    expect(doctor.exitCode).toBe(1);
    const checks = Object.fromEntries(doctor.json.checks.map((one: { name: string }) => [one.name, one]));
    expect(checks['aws credentials']).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('account 123456789012'),
    });
    expect(checks['cdk bootstrap']).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('srag deploy --bootstrap'),
    });
    const run = await project.run(['deploy', '--json'], { env });
    expect(run.exitCode).toBe(1);
    expect(run.json.error).toMatchObject({
      code: 'ACCOUNT_NOT_READY',
      remedy: expect.stringContaining('srag deploy --bootstrap'),
    });
  });

  it('is created with its bootstrap, recorded locally and in the bucket, repeatable, and comparable by srag diff', async () => {
    const record = await deploy('--bootstrap');
    expect(record).toMatchObject({
      name: 'demo',
      region: 'eu-west-1',
      auth: 'iam',
      ownsBucket: true,
      engine: 'snapshot',
      apiUrl: expect.stringMatching(/^https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\/v1$/),
      location: `s3://${record.bucket}/srag`,
    });
    expect(await keys(record.bucket)).toEqual(['srag/deployment.json']);
    const checks = (await project.json(['doctor'], { env })).checks;
    expect(checks.find(({ name }: { name: string }) => name === 'cdk bootstrap').status).toBe('ok');
    const again = await deploy();
    expect({ ...again, deployedAt: '' }).toEqual({ ...record, deployedAt: '' });
    // The deployment stays the same if --location names the bucket that it created.
    const fromThere = await deploy('--location', record.location);
    expect(fromThere).toMatchObject({ bucket: record.bucket, ownsBucket: true });
    const diff = (...words: string[]) =>
      project.json(['diff', ...words], { env: { ...env, CDK_METHOD: 'template' } });
    expect(await diff('--cache', 'dynamodb')).toMatchObject({
      hasChanges: true,
      diff: expect.stringContaining('AWS::DynamoDB::Table'),
    });
  });

  it('is destroyed without its data, which is retained', async () => {
    const { bucket, location } = await deploy();
    await put(bucket, 'srag/default/collection.json');
    const done = await project.json(['destroy', '--yes'], { env });
    expect(done).toEqual({ destroyed: 'demo', data: 'kept', location });
    expect(await keys(bucket)).toEqual(['srag/default/collection.json']);
    const run = await project.run(['ask', 'x', '--remote', '--json'], { env });
    expect(run.json.error.code).toBe('NO_DEPLOYMENT');
  });

  it('is destroyed together with its data, old object versions and bucket if requested', async () => {
    const { bucket } = await deploy();
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    for (const key of ['srag/a', 'srag/a', 'srag/b']) await put(bucket, key);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'srag/b' }));
    const done = await project.json(['destroy', '--yes', '--delete-data'], { env });
    // Two versions of a, one version and the delete marker of b, and the record.
    expect(done).toMatchObject({ destroyed: 'demo', data: 'deleted', objects: 5 });
    await expect(s3.send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
