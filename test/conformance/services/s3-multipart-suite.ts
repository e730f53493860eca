import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { errorName, itBut, type KnownDifferences, type S3Place } from './place.ts';

const PART = 5 * 1024 * 1024;

/** The behaviour of S3 in multipart uploads. */
export function multipartSuite(
  name: string,
  makePlace: () => Promise<S3Place>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`a multipart upload: ${name}`, () => {
    let client: S3Client;
    let Bucket: string;
    const begun: { Bucket: string; Key: string; UploadId: string | undefined }[] = [];
    beforeAll(async () => {
      const { bucket, ...settings } = await makePlace();
      Bucket = bucket;
      client = new S3Client({ ...settings, forcePathStyle: true, maxAttempts: 1 });
    });
    afterEach(async () => {
      // Aborting fails for uploads that are already completed or aborted.
      for (const upload of begun.splice(0)) {
        await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      }
    });
    afterAll(() => client?.destroy());

    async function begin(Key: string, more: object = {}) {
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32', ...more }),
      );
      const upload = { Bucket, Key, UploadId };
      begun.push(upload);
      return {
        part: async (PartNumber: number, Body: Buffer) => {
          const { ETag, ChecksumCRC32 } = await client.send(
            new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
          );
          return { PartNumber, ETag, ChecksumCRC32 };
        },
        complete: (Parts: object[], condition: object = {}) =>
          client.send(
            new CompleteMultipartUploadCommand({ ...upload, ...condition, MultipartUpload: { Parts } }),
          ),
        abort: () => client.send(new AbortMultipartUploadCommand(upload)),
      };
    }

    it('joins the latest upload of each part by part number, in whatever order they arrived', async () => {
      const { part, complete } = await begin('whole', { ContentType: 'x/y', Metadata: { m: '1' } });
      const third = await part(9, Buffer.from('the end'));
      await part(2, Buffer.alloc(PART, 1));
      const first = await part(1, Buffer.alloc(PART, 'a'));
      const second = await part(2, Buffer.alloc(PART + 3, 'b'));
      const { ETag } = await complete([first, second, third]);
      const read = await client.send(new GetObjectCommand({ Bucket, Key: 'whole' }));
      expect([read.ETag, read.ContentType, read.Metadata]).toEqual([ETag, 'x/y', { m: '1' }]);
      const bytes = Buffer.from(await read.Body!.transformToByteArray());
      const wanted = Buffer.concat([
        Buffer.alloc(PART, 'a'),
        Buffer.alloc(PART + 3, 'b'),
        Buffer.from('the end'),
      ]);
      expect(bytes.equals(wanted)).toBe(true);
    });

    it('is unknown after its completion', async () => {
      const { part, complete } = await begin('known');
      const parts = [await part(1, Buffer.from('x'))];
      await complete(parts);
      expect(await errorName(complete(parts))).toBe('NoSuchUpload');
    });

    it('is refused with the errors of S3 if its parts are wrong, and can then still be completed', async () => {
      const { part, complete } = await begin('refused');
      const small = await part(1, Buffer.from('small'));
      const last = await part(2, Buffer.from('last'));
      const wrongSum = { ...small, ChecksumCRC32: 'AAAAAA==' };
      expect(await errorName(complete([small, last]))).toBe('EntityTooSmall');
      expect(await errorName(complete([{ ...last, PartNumber: 3 }]))).toBe('InvalidPart');
      expect(await errorName(complete([{ ...small, ETag: '"other"' }]))).toBe('InvalidPart');
      expect(await errorName(complete([wrongSum]))).toBe('InvalidPart');
      expect(await errorName(complete([]))).toBe('MalformedXML');
      expect(await errorName(part(10_001, Buffer.from('x')))).toBe('InvalidArgument');
      expect(await errorName(complete([last]))).toBe('it was done');
    });

    it('reports a wrong order of parts before their size', async () => {
      const { part, complete } = await begin('order');
      const parts = [await part(2, Buffer.from('x')), await part(1, Buffer.from('y'))];
      expect(await errorName(complete(parts))).toBe('InvalidPartOrder');
    });

    it('is refused if its condition does not hold at completion, and can then still be completed', async () => {
      const first = await begin('condition');
      const { ETag } = await first.complete([await first.part(1, Buffer.from('one'))]);
      const second = await begin('condition');
      const parts = [await second.part(1, Buffer.from('two'))];
      expect(await errorName(second.complete(parts, { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
      expect(await errorName(second.complete(parts, { IfMatch: '"other"' }))).toBe('PreconditionFailed');
      expect(await errorName(second.complete(parts, { IfMatch: ETag }))).toBe('it was done');
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'condition' }));
      expect(head.ContentLength).toBe(3);
    });

    it('refuses part checksums if it was created without an algorithm', async () => {
      const { part } = await begin('mismatch', { ChecksumAlgorithm: undefined });
      expect(await errorName(part(1, Buffer.from('x')))).toBe('InvalidRequest');
    });

    it('leaves nothing behind if it is aborted', async () => {
      const { part, abort, complete } = await begin('aborted');
      const parts = [await part(1, Buffer.from('x'))];
      await abort();
      expect(await errorName(complete(parts))).toBe('NoSuchUpload');
      expect(await errorName(part(1, Buffer.from('x')))).toBe('NoSuchUpload');
      expect(await errorName(client.send(new HeadObjectCommand({ Bucket, Key: 'aborted' })))).toBe(
        'NotFound',
      );
    });
  });
}
