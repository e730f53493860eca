import { afterEach, describe, expect, it } from 'vitest';
import { checkConditionalWrites, type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import {
  type Conditions,
  type S3ObjectServer,
  startS3ObjectServer,
} from '../../../support/s3-object-server.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
let server: S3ObjectServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function open(conditions: Conditions): Promise<ObjectStorage> {
  server = await startS3ObjectServer(conditions);
  const settings = { endpoint: server.url, credentials, maxAttempts: 1 };
  return openStorage({ kind: 's3', bucket: 'bucket', prefix: 'pre' }, settings);
}

describe('checkConditionalWrites', () => {
  it('accepts a server that supports conditional writes, with few requests, and leaves no objects behind', async () => {
    await checkConditionalWrites(await open('kept'), 'default/');
    expect(server!.objects.size).toBe(0);
    const puts = server!.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path.startsWith('/bucket/pre/default/probe-'))).toEqual(
      Array(4).fill(true),
    );
    expect(server!.requests.length).toBeLessThanOrEqual(7);
  });

  it('accepts a folder', async () => {
    const storage = await openStorage({ kind: 'file', path: await temporaryFolder() });
    await checkConditionalWrites(storage);
    for await (const { key } of storage.list('')) expect(key).toBe('');
  });

  it.each([
    ['ignored', 'If-None-Match', 'ignores'],
    ['not implemented', 'If-None-Match', 'refuses'],
    ['If-Match ignored', 'If-Match', 'ignores'],
    ['If-Match refused', 'If-Match', 'refuses'],
  ] as const)(
    'rejects a server with conditional writes that are %s, and leaves no objects behind',
    async (conditions, header, what) => {
      const storage = await open(conditions);
      await expect(checkConditionalWrites(storage)).rejects.toMatchObject({
        code: 'NO_CONDITIONAL_WRITES',
        message: expect.stringContaining(`s3://bucket/pre ${what} the condition ${header}`),
        remedy: expect.stringContaining('conditional writes'),
      });
      expect(server!.objects.size).toBe(0);
    },
  );

  it('rethrows other errors', async () => {
    const storage = await open('kept');
    await server!.stop();
    await expect(checkConditionalWrites(storage)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    server = undefined;
  });
});
