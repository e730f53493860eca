import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { itBut, type KnownDifferences, type S3Place } from './place.ts';

const KEYS = ['a', 'b!', 'b/1', 'b/2/3', 'b/2/4', 'b0', 'c d/+&<', 'é/글/😀', 'é/글/😀2'];

/** The behaviour of S3 when listing objects. */
export function listingSuite(
  name: string,
  makePlace: () => Promise<S3Place>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`listing objects: ${name}`, () => {
    let client: S3Client;
    let Bucket: string;
    beforeAll(async () => {
      const { bucket, ...settings } = await makePlace();
      Bucket = bucket;
      client = new S3Client({ ...settings, forcePathStyle: true, maxAttempts: 1 });
      for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    });
    afterAll(() => client?.destroy());

    /** Lists all pages; returns their keys and common prefixes, and the number of pages. */
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

    /** Computes the keys and common prefixes that S3 would list. */
    function expected(
      prefix: string,
      delimiter: string,
      after: string,
    ): { keys: string[]; prefixes: string[] } {
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

    it('lists all keys in byte order, and one level at a time with a delimiter', async () => {
      expect((await list({})).keys).toEqual(KEYS);
      expect(await list({ Delimiter: '/' })).toEqual({
        keys: ['a', 'b!', 'b0'],
        prefixes: ['b/', 'c d/', 'é/'],
        pages: 1,
      });
      expect(await list({ Delimiter: '/', Prefix: 'b/' })).toMatchObject({
        keys: ['b/1'],
        prefixes: ['b/2/'],
      });
      expect(await list({ Prefix: 'none' })).toEqual({ keys: [], prefixes: [], pages: 1 });
    });

    /** Compares listings with any page size to the listing that S3 defines. */
    async function checkPages(starts: readonly string[]): Promise<void> {
      const prefix = fc.constantFrom('', 'b', 'b/', 'b/2', 'é/', 'c d/', 'z');
      const delimiter = fc.constantFrom('', '/', '2', '글/', '/2');
      const size = fc.integer({ min: 1, max: 12 });
      await fc.assert(
        fc.asyncProperty(
          prefix,
          delimiter,
          fc.constantFrom(...starts),
          size,
          async (p, d, start, MaxKeys) => {
            const found = await list({
              Prefix: p,
              MaxKeys,
              ...(d === '' ? {} : { Delimiter: d }),
              ...(start === '' ? {} : { StartAfter: start }),
            });
            expect({ keys: found.keys, prefixes: found.prefixes }).toEqual(expected(p, d, start));
          },
        ),
        { numRuns: 150 },
      );
    }

    it('lists the same with any page size, prefix and delimiter', () => checkPages(['']));

    it('returns no more pages than necessary', async () => {
      for (const MaxKeys of [1, 2, 3, 4, 5, 6]) {
        const { keys, pages } = await list({ Prefix: 'b', MaxKeys });
        expect(pages, `${MaxKeys} a page`).toBe(Math.ceil(keys.length / MaxKeys));
      }
    });

    it('starts after a key at the level of the listing', () => checkPages(['a', 'b!', 'b0', 'c', 'zzz']));

    it('starts after a key within a common prefix', () =>
      checkPages(['b/', 'b/1', 'b/2/', 'b/2/3', 'é/글/😀']));

    it('encodes keys on request', async () => {
      const { keys, prefixes } = await list({ EncodingType: 'url', Delimiter: '/', Prefix: 'c d/' });
      expect([keys, prefixes]).toEqual([['c%20d/%2B%26%3C'], []]);
      expect((await list({ EncodingType: 'url', Delimiter: '/' })).prefixes).toEqual([
        'b/',
        'c%20d/',
        '%C3%A9/',
      ]);
    });

    it('returns an empty page for a page size of 0', async () => {
      expect(await list({ MaxKeys: 0 })).toEqual({ keys: [], prefixes: [], pages: 1 });
    });
  });
}
