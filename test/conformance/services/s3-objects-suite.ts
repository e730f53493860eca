import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { errorName, itBut, type KnownDifferences, type S3Place } from './place.ts';

/** The behaviour of S3 when reading, writing and deleting single objects. */
export function objectsSuite(
  name: string,
  makePlace: () => Promise<S3Place>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`objects: ${name}`, () => {
    let client: S3Client;
    let Bucket: string;
    let etag: string;
    beforeAll(async () => {
      const { bucket, ...settings } = await makePlace();
      Bucket = bucket;
      client = new S3Client({ ...settings, forcePathStyle: true, maxAttempts: 1 });
      etag = (await put('digits', '0123456789')).ETag!;
      await put('empty', '');
    });
    afterAll(() => client?.destroy());

    const put = (Key: string, Body: NonNullable<PutObjectCommandInput['Body']>, more: object = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
      client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    const textOf = async (Key: string, more: Partial<GetObjectCommandInput> = {}): Promise<string> =>
      (await get(Key, more)).Body!.transformToString();
    const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }));
    const statusOf = (
      work: Promise<{ $metadata: { httpStatusCode?: number } }>,
    ): Promise<number | undefined> =>
      work.then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      );

    for (const [Range, body, contentRange] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=-50', '0123456789', 'bytes 0-9/10'],
      ['bytes=8-900', '89', 'bytes 8-9/10'],
      ['bytes=5-2', '0123456789', undefined],
      ['bytes=0-1,4-5', '0123456789', undefined],
      ['lines=0-1', '0123456789', undefined],
    ] as const) {
      it(`answers the range ${Range}`, async () => {
        const answer = await get('digits', { Range });
        expect(await answer.Body!.transformToString()).toBe(body);
        expect([answer.ContentRange, answer.ETag]).toEqual([contentRange, etag]);
      });
    }

    it('refuses a range outside the object', async () => {
      for (const [key, Range] of [
        ['digits', 'bytes=10-'],
        ['digits', 'bytes=50-60'],
        ['empty', 'bytes=0-0'],
      ] as const) {
        expect(await errorName(get(key, { Range })), `${key} ${Range}`).toBe('InvalidRange');
      }
    });

    it('evaluates conditions on the ETag', async () => {
      expect(await statusOf(get('digits', { IfMatch: etag }))).toBe(200);
      expect(await statusOf(get('digits', { IfMatch: '"other"' }))).toBe(412);
      expect(await statusOf(get('digits', { IfNoneMatch: etag }))).toBe(304);
      expect(await statusOf(get('digits', { IfNoneMatch: '"other"' }))).toBe(200);
    });

    it('reports the size of an object, and a missing key', async () => {
      expect(await head('digits')).toMatchObject({ ContentLength: 10, ETag: etag });
      expect(await errorName(head('none'))).toBe('NotFound');
      expect(await errorName(get('none'))).toBe('NoSuchKey');
    });

    it('writes only if the condition holds', async () => {
      const { ETag } = await put('condition', '1', { IfNoneMatch: '*' });
      expect(await errorName(put('condition', '2', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
      expect(await errorName(put('condition', '2', { IfMatch: '"other"' }))).toBe('PreconditionFailed');
      await put('condition', '3', { IfMatch: ETag });
      expect(await textOf('condition')).toBe('3');
      expect(await errorName(put('absent', '4', { IfMatch: ETag }))).toBe('NoSuchKey');
    });

    for (const ChecksumAlgorithm of [
      'CRC32',
      'CRC32C',
      'CRC64NVME',
      'SHA1',
      'SHA256',
    ] satisfies ChecksumAlgorithm[]) {
      it(`verifies the ${ChecksumAlgorithm} checksum of the SDK, in a header and in the trailer of a stream`, async () => {
        const body = Buffer.alloc(300_000, 'srag');
        const whole = await put(ChecksumAlgorithm, body, { ChecksumAlgorithm });
        expect(whole[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
        expect(await textOf(ChecksumAlgorithm)).toBe(body.toString());
        const pieces = Array.from({ length: 30 }, (_, index) =>
          body.subarray(index * 10_000, (index + 1) * 10_000),
        );
        const streamed = { ContentLength: body.length, ChecksumAlgorithm };
        await put('streamed', Readable.from(pieces), streamed);
        expect(await textOf('streamed')).toBe(body.toString());
        const wrong = { [`Checksum${ChecksumAlgorithm}`]: whole[`Checksum${ChecksumAlgorithm}`] };
        expect(await errorName(put(ChecksumAlgorithm, 'another', wrong))).toBe('BadDigest');
        expect(await textOf(ChecksumAlgorithm)).toBe(body.toString());
      });
    }

    it('returns stored metadata', async () => {
      await put('with-metadata', 'x', { ContentType: 'text/plain', Metadata: { 'srag-write': 'id' } });
      expect(await head('with-metadata')).toMatchObject({
        ContentType: 'text/plain',
        Metadata: { 'srag-write': 'id' },
      });
      await put('with-metadata', 'y');
      expect((await head('with-metadata')).Metadata).toEqual({});
    });

    it('deletes one or many objects, and ignores missing ones', async () => {
      for (const key of ['d/1', 'd/2', 'd/3']) await put(key, 'x');
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
      const objects = ['d/2', 'd/3', 'not/there'].map((Key) => ({ Key }));
      const { Deleted, Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects } }),
      );
      expect([Deleted, Errors]).toEqual([objects, []]);
      for (const key of ['d/1', 'd/2', 'd/3']) expect(await errorName(get(key))).toBe('NoSuchKey');
    });
  });
}
