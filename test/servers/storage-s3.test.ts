import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, SragError } from '../../src/core/index.ts';
import { openStorage, type S3Settings, type StoragePlace } from '../../src/io/storage/index.ts';
import { describeStorage, listed } from '../conformance/storage/suite.ts';
import { freshS3Place, testS3 } from './environment.ts';

describeStorage('s3', async () => {
  const place = await freshS3Place();
  return { ...place, s3: { ...place.s3, partBytes: 5 * 1024 * 1024 } };
});

describe('object storage s3: errors of a server', () => {
  let place: StoragePlace;
  beforeAll(async () => {
    place = await freshS3Place();
  });

  async function codes(bucket: string, settings: S3Settings): Promise<Set<ErrorCode>> {
    const storage = await openStorage({ kind: 's3', bucket, prefix: 'p' }, settings);
    const work: readonly (() => Promise<unknown>)[] = [
      () => storage.read('key'),
      () => storage.write('key', new Uint8Array(3)),
      () => storage.write('key', new Uint8Array(3), { ifNoneMatch: '*' }),
      () => storage.write('key', new Uint8Array(11_000_000)),
      () => listed(storage, ''),
      () => storage.delete(['key']),
    ];
    const found = await Promise.all(
      work.map((ask) =>
        ask().then(
          () => expect.unreachable('it was done'),
          (error: unknown) => (error instanceof SragError ? error.code : expect.unreachable(String(error))),
        ),
      ),
    );
    await storage.close();
    return new Set(found);
  }

  const bucket = (): string => (place.location.kind === 's3' ? place.location.bucket : '');

  it('reports a missing bucket for every operation', async () => {
    const settings = { ...testS3(), partBytes: 5 * 1024 * 1024 };
    expect(await codes('srag-no-such-bucket', settings)).toEqual(new Set(['BUCKET_MISSING']));
  });

  it('reports a wrong secret or an unknown key as denied', async () => {
    const base = { ...testS3(), partBytes: 5 * 1024 * 1024 };
    for (const credentials of [
      { accessKeyId: base.credentials.accessKeyId, secretAccessKey: 'wrong' },
      { accessKeyId: 'nobody', secretAccessKey: 'wrong' },
    ]) {
      expect(await codes(bucket(), { ...base, credentials })).toEqual(new Set(['ACCESS_DENIED']));
    }
  });

  describe('without credentials', () => {
    const before = { ...process.env };
    beforeAll(() => {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
      Object.assign(process.env, {
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_CONFIG_FILE: '/dev/null',
      });
    });
    afterAll(() => {
      process.env = before;
    });

    it('reports missing credentials and how to provide them', async () => {
      const { endpoint, region } = testS3();
      const storage = await openStorage(place.location, { endpoint, region });
      const error = await storage.read('key').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'CREDENTIALS_MISSING',
        remedy: expect.stringContaining('AWS_ACCESS_KEY_ID'),
      });
    });
  });

  it('leaves no parts behind if the condition of a large write fails', async () => {
    const storage = await openStorage(place.location, { ...testS3(), partBytes: 5 * 1024 * 1024 });
    await storage.write('lost', new Uint8Array(1));
    const loser = storage.write('lost', new Uint8Array(12_000_000), { ifNoneMatch: '*' });
    await expect(loser).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    const client = new S3Client({ ...testS3(), forcePathStyle: true });
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket() }));
    expect(Uploads).toEqual([]);
    expect((await storage.read('lost')).bytes.length).toBe(1);
  });
});
