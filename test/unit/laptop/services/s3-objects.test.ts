import { readdir, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laptopCredentials } from '../../../../src/laptop/index.ts';
import { LAPTOP_BUCKET as Bucket, startLaptop } from '../../../support/laptop.ts';
import { type RawAnswer, rawHttp, signedAs } from '../../../support/raw-http.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let client: S3Client;

beforeAll(async () => {
  laptop = await startLaptop();
  client = new S3Client({
    endpoint: laptop.services.s3Endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('objects'),
  });
});
afterAll(async () => {
  client?.destroy();
  await laptop?.stop();
});

const raw = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Promise<RawAnswer> =>
  rawHttp(laptop.services.s3Endpoint, method, path, { ...signedAs('AKIALAPTOPraw'), ...headers }, body);

const codeIn = ({ body }: RawAnswer): string => /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '';

const failure = async (work: Promise<unknown>): Promise<{ name: string; status: number }> => {
  const error = (await work.then(
    () => expect.unreachable('it was done'),
    (thrown: unknown) => thrown,
  )) as { name: string; $metadata: { httpStatusCode: number } };
  return { name: error.name, status: error.$metadata.httpStatusCode };
};

const textOf = async (Key: string, more: object = {}): Promise<string> =>
  (await client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body!.transformToString();

describe('reading objects', () => {
  let etag: string;
  beforeAll(async () => {
    etag = (await client.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }))).ETag!;
    await client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
  });

  it('refuses a range outside the object', async () => {
    for (const [path, range] of [
      ['digits', 'bytes=10-'],
      ['digits', 'bytes=-0'],
      ['empty', 'bytes=0-0'],
    ] as const) {
      const answer = await raw('GET', `/${Bucket}/${path}`, { range });
      expect([answer.status, codeIn(answer)]).toEqual([416, 'InvalidRange']);
    }
    expect((await raw('GET', `/${Bucket}/digits`, { range: 'bytes=10-' })).body).toContain(
      '<ActualObjectSize>10</ActualObjectSize>',
    );
  });

  it('respects conditions on the ETag', async () => {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await raw('GET', `/${Bucket}/digits`, headers)).status;
    expect(await status({ 'if-match': etag })).toBe(200);
    expect(await status({ 'if-match': `"other", ${etag}` })).toBe(200);
    expect(await status({ 'if-match': '"other"' })).toBe(412);
    expect(await status({ 'if-none-match': etag })).toBe(304);
    expect(await status({ 'if-none-match': etag.replaceAll('"', '') })).toBe(304);
    expect(await status({ 'if-none-match': '"other"' })).toBe(200);
  });
});

describe('writing objects', () => {
  it.each([
    ['x-amz-checksum-crc32', 'y/Q5Jg=='],
    ['x-amz-checksum-crc32c', '4waSgw=='],
    ['x-amz-checksum-crc64nvme', 'rosUhgp5mIg='],
    ['x-amz-checksum-sha1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['x-amz-checksum-sha256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
    ['content-md5', 'JfnnlDI7RTiF9RgfG2JNCw=='],
  ])('verifies the checksum header %s of the body 123456789', async (header, checksum) => {
    expect((await raw('PUT', `/${Bucket}/check`, { [header]: checksum }, '123456789')).status).toBe(200);
    const wrong = await raw('PUT', `/${Bucket}/check`, { [header]: checksum }, '123456780');
    expect([wrong.status, codeIn(wrong)]).toEqual([400, 'BadDigest']);
    expect(await textOf('check')).toBe('123456789');
  });

  it('refuses bodies that do not match their headers, and keeps the connection open', async () => {
    const cases: readonly (readonly [Record<string, string>, string, number, string])[] = [
      [{ 'x-amz-content-sha256': '0'.repeat(64) }, 'abc', 400, 'XAmzContentSHA256Mismatch'],
      [{ 'x-amz-checksum-crc33': 'AAAA' }, 'abc', 400, 'InvalidRequest'],
      [{ 'content-md5': 'AAAA' }, 'abc', 400, 'InvalidDigest'],
      [chunked(4), '3\r\nabc\r\n0\r\n\r\n', 400, 'IncompleteBody'],
      [chunked(2), '3\r\nabc\r\n0\r\n\r\n', 400, 'IncompleteBody'],
      [chunked(3), '3\r\nabc\r\n', 400, 'IncompleteBody'],
      [chunked(3), 'three\r\nabc\r\n0\r\n\r\n', 400, 'InvalidRequest'],
      [chunked(3), '3\r\nabcd\r\n0\r\n\r\n', 400, 'InvalidRequest'],
      [{ ...chunked(3), 'x-amz-trailer': 'x-amz-checksum-crc32' }, '3\r\nabc\r\n0\r\n\r\n', 400, 'BadDigest'],
      [{ 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }, 'abc', 411, 'MissingContentLength'],
      [{ 'transfer-encoding': 'chunked' }, 'abc', 411, 'MissingContentLength'],
    ];
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [index, [headers, body, status, code]] of cases.entries()) {
      const path = `/${Bucket}/refused`;
      const all = { ...signedAs('AKIALAPTOPraw'), ...headers };
      const answer = await rawHttp(laptop.services.s3Endpoint, 'PUT', path, all, body, agent);
      expect([answer.status, codeIn(answer), answer.isReused]).toEqual([status, code, index > 0]);
    }
    agent.destroy();
    expect(await failure(client.send(new GetObjectCommand({ Bucket, Key: 'refused' })))).toMatchObject({
      name: 'NoSuchKey',
    });
    const good = await raw(
      'PUT',
      `/${Bucket}/chunked`,
      chunked(7),
      '3;chunk-signature=x\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n',
    );
    expect([good.status, await textOf('chunked')]).toEqual([200, 'abcdefg']);
  });

  it('discards a part that arrives while its upload is aborted', async () => {
    const target = { Bucket, Key: 'aborted' };
    const ChecksumAlgorithm = 'CRC32';
    const begun = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm });
    const { UploadId } = await client.send(begun);
    const Body = Buffer.alloc(5_000_000);
    const parts = [1, 2, 3].map((PartNumber) =>
      client
        .send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ChecksumAlgorithm }))
        .catch(({ name }: Error) => name),
    );
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    for (const outcome of await Promise.all(parts)) {
      expect(typeof outcome === 'string' ? outcome : 'it was taken').toMatch(/^(NoSuchUpload|it was taken)$/);
    }
    expect(await readdir(join(laptop.folder, '.srag-writes'))).toEqual([]);
  });

  it('stores metadata, which later reads return until another program replaces the file', async () => {
    const Key = 'with-metadata';
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: 'x',
        ContentType: 'text/plain',
        Metadata: { 'srag-write': 'id' },
      }),
    );
    const head = () => client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(await head()).toMatchObject({ ContentType: 'text/plain', Metadata: { 'srag-write': 'id' } });
    await writeFile(join(laptop.folder, Key), 'from outside');
    expect(await head()).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: {} });
    expect(await textOf(Key)).toBe('from outside');
  });

  it('with DeleteObjects deletes the objects with valid keys and reports the invalid keys', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'd/2', Body: 'x' }));
    const { Deleted, Errors } = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'd/2' }, { Key: '../escape' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['d/2']);
    expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['../escape', 'InvalidArgument']]);
    const unchecked = await raw(
      'POST',
      `/${Bucket}?delete`,
      {},
      '<Delete><Object><Key>x</Key></Object></Delete>',
    );
    expect([unchecked.status, codeIn(unchecked)]).toEqual([400, 'InvalidRequest']);
  });
});

/** The headers of an aws-chunked body with a content of `length` bytes. */
function chunked(length: number): Record<string, string> {
  return {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(length),
  };
}
