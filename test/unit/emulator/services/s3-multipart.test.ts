import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { laptopCredentials } from '../../../../src/emulator/index.ts';
import { LAPTOP_BUCKET as Bucket, startLaptop } from '../../../support/laptop.ts';

const PART = 5 * 1024 * 1024;

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let client: S3Client;

beforeAll(async () => {
  laptop = await startLaptop();
  client = new S3Client({
    endpoint: laptop.services.s3Endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('multipart'),
  });
});
afterAll(async () => {
  client?.destroy();
  await laptop?.stop();
});

const unfinished = (): Promise<string[]> => readdir(join(laptop.folder, '.srag-writes'));

async function begin(Key: string, more: object = {}) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const upload = { Bucket, Key, UploadId };
  return {
    upload,
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

const nameOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was done',
    (error: { name: string }) => error.name,
  );

describe('an upload in parts', () => {
  afterEach(async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of Uploads) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
    expect(await unfinished()).toEqual([]);
  });

  it('is the parts in their order, whichever came first and however often', async () => {
    const { part, complete, upload } = await begin('whole', { ContentType: 'x/y', Metadata: { m: '1' } });
    const third = await part(9, Buffer.from('the end'));
    await part(2, Buffer.alloc(PART, 1));
    const first = await part(1, Buffer.alloc(PART, 'a'));
    const second = await part(2, Buffer.alloc(PART + 3, 'b'));
    const listed = await client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, PART],
      [2, PART + 3],
      [9, 7],
    ]);
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
    expect(await nameOf(complete([first, second, third]))).toBe('NoSuchUpload');
  });

  it('is refused as S3 does, and can be finished afterwards', async () => {
    const { part, complete } = await begin('refused');
    const small = await part(1, Buffer.from('small'));
    const last = await part(2, Buffer.from('last'));
    const wrongSum = { ...small, ChecksumCRC32: 'AAAAAA==' };
    expect(await nameOf(complete([small, last]))).toBe('EntityTooSmall');
    expect(await nameOf(complete([last, small]))).toBe('InvalidPartOrder');
    expect(await nameOf(complete([small, { ...last, PartNumber: 3 }]))).toBe('InvalidPart');
    expect(await nameOf(complete([{ ...small, ETag: '"other"' }]))).toBe('InvalidPart');
    expect(await nameOf(complete([wrongSum]))).toBe('InvalidPart');
    expect(await nameOf(complete([]))).toBe('MalformedXML');
    expect(await nameOf(part(10_001, Buffer.from('x')))).toBe('InvalidArgument');
    expect(await nameOf(complete([last]))).toBe('it was done');
  });

  it('fails its condition when it is completed, and goes on', async () => {
    const first = await begin('condition');
    const { ETag } = await first.complete([await first.part(1, Buffer.from('one'))]);
    const second = await begin('condition');
    const parts = [await second.part(1, Buffer.from('two'))];
    expect(await nameOf(second.complete(parts, { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect(await nameOf(second.complete(parts, { IfMatch: '"other"' }))).toBe('PreconditionFailed');
    expect(await nameOf(second.complete(parts, { IfMatch: ETag }))).toBe('it was done');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'condition' }));
    expect(head.ContentLength).toBe(3);
  });

  it('leaves nothing behind when it is aborted, also of a part that comes too late', async () => {
    const { part, abort, complete } = await begin('aborted');
    const parts = [await part(1, Buffer.from('x'))];
    const racing = part(2, Buffer.alloc(PART));
    await abort();
    await racing.catch(() => undefined);
    expect(await nameOf(complete(parts))).toBe('NoSuchUpload');
    expect(await nameOf(part(1, Buffer.from('x')))).toBe('NoSuchUpload');
    expect(await nameOf(client.send(new HeadObjectCommand({ Bucket, Key: 'aborted' })))).toBe('NotFound');
  });
});
