import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laptopCredentials } from '../../../../src/emulator/index.ts';
import { LAPTOP_BUCKET as Bucket, startLaptop } from '../../../support/laptop.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

const KEYS = ['a', 'b!', 'b/1', 'b/2/3', 'b/2/4', 'b0', 'c d/+&<', 'é/글/😀', 'é/글/😀2'];

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let client: S3Client;

beforeAll(async () => {
  laptop = await startLaptop();
  client = new S3Client({
    endpoint: laptop.services.s3Endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('listing'),
  });
  for (const key of KEYS) {
    await mkdir(dirname(join(laptop.folder, key)), { recursive: true });
    await writeFile(join(laptop.folder, key), key);
  }
  await mkdir(join(laptop.folder, 'empty/folder'), { recursive: true });
  // No key can name this file.
  await writeFile(join(laptop.folder, 'with\nnewline'), 'x');
});
afterAll(async () => {
  client?.destroy();
  await laptop?.stop();
});

/** Objects and common prefixes of all pages together, objects first, and the number of pages. */
async function list(
  input: Omit<ListObjectsV2CommandInput, 'Bucket'>,
): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket, ...input, ...(ContinuationToken && { ContinuationToken }) }),
    );
    pages++;
    expect(page.KeyCount).toBe((page.Contents ?? []).length + (page.CommonPrefixes ?? []).length);
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      keys.push(Key!);
      if (input.EncodingType === undefined) expect(Size).toBe(Buffer.byteLength(Key!));
      expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(LastModified).toBeInstanceOf(Date);
    }
    for (const { Prefix } of page.CommonPrefixes ?? []) prefixes.push(Prefix!);
    ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
  return { keys, prefixes, pages };
}

const bytes = (text: string): Buffer => Buffer.from(text);

/** What S3 lists, by its definition. */
function expected(prefix: string, delimiter: string, after: string): { keys: string[]; prefixes: string[] } {
  const keys: string[] = [];
  const prefixes: string[] = [];
  for (const key of KEYS) {
    if (!key.startsWith(prefix) || Buffer.compare(bytes(key), bytes(after)) <= 0) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) keys.push(key);
    else if (prefixes.at(-1) !== key.slice(0, at + delimiter.length)) {
      prefixes.push(key.slice(0, at + delimiter.length));
    }
  }
  return { keys, prefixes };
}

describe('listing objects', () => {
  it('gives all keys in the order of their bytes, and a level at a time with a delimiter', async () => {
    expect((await list({})).keys).toEqual(KEYS);
    expect(await list({ Delimiter: '/' })).toEqual({
      keys: ['a', 'b!', 'b0'],
      prefixes: ['b/', 'c d/', 'é/'],
      pages: 1,
    });
    expect(await list({ Delimiter: '/', Prefix: 'b/' })).toMatchObject({ keys: ['b/1'], prefixes: ['b/2/'] });
    expect(await list({ Prefix: 'none' })).toEqual({ keys: [], prefixes: [], pages: 1 });
  });

  it('gives the same on pages of any size, for any prefix, delimiter and start', async () => {
    const prefix = fc.constantFrom('', 'b', 'b/', 'b/2', 'é/', 'c d/', 'z');
    const after = fc.constantFrom('', 'a', 'b/', 'b/1', 'b/2/3', 'b/2/', 'c', 'é/글/😀', 'zzz');
    const delimiter = fc.constantFrom('', '/', '2', '글/', '/2');
    await fc.assert(
      fc.asyncProperty(prefix, delimiter, after, fc.integer({ min: 1, max: 12 }), async (p, d, a, size) => {
        const found = await list({
          Prefix: p,
          MaxKeys: size,
          ...(d === '' ? {} : { Delimiter: d }),
          ...(a === '' ? {} : { StartAfter: a }),
        });
        const wanted = expected(p, d, a);
        expect({ keys: found.keys, prefixes: found.prefixes }).toEqual(wanted);
        const count = wanted.keys.length + wanted.prefixes.length;
        expect(found.pages).toBe(Math.max(1, Math.ceil(count / size)));
      }),
      { numRuns: 150 },
    );
  });

  it('encodes keys when it is asked to', async () => {
    const { keys, prefixes } = await list({ EncodingType: 'url', Delimiter: '/', Prefix: 'c d/' });
    expect([keys, prefixes]).toEqual([['c%20d/%2B%26%3C'], []]);
    expect((await list({ EncodingType: 'url', Delimiter: '/' })).prefixes).toEqual([
      'b/',
      'c%20d/',
      '%C3%A9/',
    ]);
  });

  it('gives nothing where no keys are wanted, and names bad parameters', async () => {
    expect(await list({ MaxKeys: 0 })).toEqual({ keys: [], prefixes: [], pages: 1 });
    for (const query of [
      'max-keys=-1',
      'max-keys=many',
      'encoding-type=base64',
      'continuation-token=!!',
      'prefix=../',
    ]) {
      const { status, body } = await rawHttp(
        laptop.services.s3Endpoint,
        'GET',
        `/${Bucket}?list-type=2&${query}`,
        signedAs('AKIALAPTOPx'),
      );
      expect([status, body]).toEqual([400, expect.stringContaining('<Code>InvalidArgument</Code>')]);
    }
  });

  it('names the buckets', async () => {
    const { Buckets } = await client.send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  });
});
