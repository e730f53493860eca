import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelledS3 } from '../../benchmarks/s3-model/client.ts';
import { summariseLog } from '../../src/laptop/index.ts';

describe('the S3 model in front of a real S3 server', () => {
  let server: Awaited<ReturnType<typeof startModelledS3>>;
  beforeAll(async () => {
    server = await startModelledS3({ latencyMs: 25 });
  });
  afterAll(() => server.stop());

  it('keeps signatures valid, and distinguishes reads from writes in its log', async () => {
    const { model, credentials } = server;
    const client = new S3Client({
      endpoint: model.endpoint,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
    });
    const object = { Bucket: 'bench', Key: 'a folder/an object+' };
    await client.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await client.send(new PutObjectCommand({ ...object, Body: Buffer.alloc(300_000, 5) }));
    await model.reset();
    const read = async (Range: string): Promise<number> =>
      (await (await client.send(new GetObjectCommand({ ...object, Range }))).Body!.transformToByteArray())
        .length;
    expect(await Promise.all([read('bytes=0-99999'), read('bytes=200000-299999')])).toEqual([
      100_000, 100_000,
    ]);
    expect(await read('bytes=0-9')).toBe(10);
    const log = await model.log();
    expect(summariseLog(log)).toEqual({ reads: 3, bytes: 200_010, waves: 2 });
    expect(log[0]).toMatchObject({ method: 'GET', key: 'bench/a folder/an object+', status: 206 });
    client.destroy();
  });
});
