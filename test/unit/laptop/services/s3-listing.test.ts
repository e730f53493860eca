import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laptopCredentials } from '../../../../src/laptop/index.ts';
import { LAPTOP_BUCKET as Bucket, startLaptop } from '../../../support/laptop.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let client: S3Client;

beforeAll(async () => {
  laptop = await startLaptop();
  client = new S3Client({
    endpoint: laptop.services.s3Endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('listing'),
  });
});
afterAll(async () => {
  client?.destroy();
  await laptop?.stop();
});

describe('listing a folder as a bucket', () => {
  it('omits empty folders, unfinished writes, and files whose path is not a valid key', async () => {
    for (const folder of ['empty/folder', 'full', '.srag-writes']) {
      await mkdir(join(laptop.folder, folder), { recursive: true });
    }
    for (const name of ['full/object', '.srag-writes/x.part', 'with\nnewline', 'back\\slash']) {
      await writeFile(join(laptop.folder, name), 'x');
    }
    for (const [Delimiter, keys, prefixes] of [
      [undefined, ['full/object'], []],
      ['/', [], ['full/']],
    ] as const) {
      const { Contents = [], CommonPrefixes = [] } = await client.send(
        new ListObjectsV2Command({ Bucket, Delimiter }),
      );
      expect(Contents.map(({ Key }) => Key)).toEqual(keys);
      expect(CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(prefixes);
    }
  });

  it.each(['max-keys=-1', 'max-keys=many', 'encoding-type=base64', 'continuation-token=!!', 'prefix=../'])(
    'refuses the parameter %s',
    async (query) => {
      const path = `/${Bucket}?list-type=2&${query}`;
      const answer = await rawHttp(laptop.services.s3Endpoint, 'GET', path, signedAs('AKIALAPTOPx'));
      expect([answer.status, answer.body]).toEqual([
        400,
        expect.stringContaining('<Code>InvalidArgument</Code>'),
      ]);
    },
  );
});
