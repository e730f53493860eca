import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SragError } from '../../src/core/index.ts';
import { type ObjectStorage, openStorage } from '../../src/io/storage/index.ts';
import { type SignedReads, type SignedReadsSettings, signedS3 } from '../../src/snapshot.ts';
import { freshS3Place, testS3 } from './environment.ts';

const KEYS = [
  'plain',
  'a folder/with spaces',
  'plus+and%25percent%',
  "quote's (and) star*!",
  'ümläut/한국어/😀.bin',
  'a=b&c?d#e/f;g:h@i,j$k',
  'tilde~dash-under_dot.',
];
const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);

describe('signed reads of S3', () => {
  let storage: ObjectStorage;
  let reads: SignedReads;
  let settings: SignedReadsSettings;
  const opened: SignedReads[] = [];

  const open = (changes: Partial<SignedReadsSettings> = {}): SignedReads => {
    const made = signedS3({ ...settings, ...changes });
    opened.push(made);
    return made;
  };
  const failure = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SragError);
    return (error as SragError).code;
  };

  beforeAll(async () => {
    const { location, s3 } = await freshS3Place('a prefix/+%/한');
    storage = await openStorage(location, s3);
    settings = { ...testS3(), bucket: location.bucket, prefix: location.prefix };
    reads = open();
    for (const key of KEYS) await storage.write(key, Buffer.from(`this is ${key}`));
    await storage.write('large', BYTES);
    await storage.write('empty', new Uint8Array(0));
  });
  afterAll(async () => {
    for (const each of opened) await each.close();
    await storage.close();
  });

  it.each(KEYS)('return the object with the key %s', async (key) => {
    const { bytes, etag } = await reads.read(key);
    expect(Buffer.from(bytes).toString()).toBe(`this is ${key}`);
    expect(etag).toBe((await storage.read(key)).etag);
  });

  it('return whole objects, ranges and empty objects', async () => {
    expect(Buffer.compare((await reads.read('large')).bytes, BYTES)).toBe(0);
    for (const [offset, length] of [
      [0, 1],
      [299_999, 1],
      [17, 70_000],
      [0, 300_000],
    ] as const) {
      const { bytes } = await reads.read('large', { range: { offset, length } });
      expect(Buffer.compare(bytes, BYTES.subarray(offset, offset + length))).toBe(0);
    }
    expect((await reads.read('empty')).bytes).toHaveLength(0);
  });

  it('return a hundred ranges in parallel', async () => {
    const ranges = Array.from({ length: 100 }, (_, index) => ({ offset: index * 2_999, length: 2_999 }));
    const found = await Promise.all(ranges.map((range) => reads.read('large', { range })));
    expect(Buffer.compare(Buffer.concat(found.map(({ bytes }) => bytes)), BYTES.subarray(0, 299_900))).toBe(
      0,
    );
  });

  it('refuse ranges outside the object, as every storage does', async () => {
    for (const [key, offset, length] of [
      ['large', 299_999, 2],
      ['large', 300_000, 1],
      ['large', 10 ** 9, 5],
      ['empty', 0, 1],
      ['large', -1, 2],
      ['large', 0, 0],
      ['large', 0.5, 2],
    ] as const)
      expect(await failure(reads.read(key, { range: { offset, length } }))).toBe('INVALID_ARGUMENT');
    expect(await failure(reads.read('../escape'))).toBe('INVALID_ARGUMENT');
  });

  it('transfer an object only if its ETag satisfies the condition', async () => {
    const { etag } = await reads.read('plain');
    expect(await failure(reads.read('plain', { ifNoneMatch: etag }))).toBe('NOT_MODIFIED');
    expect((await reads.read('plain', { ifMatch: etag })).etag).toBe(etag);
    expect((await reads.read('plain', { ifNoneMatch: '"other"' })).etag).toBe(etag);
    expect(await failure(reads.read('plain', { ifMatch: '"other"' }))).toBe('CONDITION_FAILED');
    // The connections of refused requests are reused.
    expect((await reads.read('plain')).etag).toBe(etag);
  });

  it('distinguish missing objects and denied access', async () => {
    const { credentials } = settings;
    expect(await failure(reads.read('no such key'))).toBe('OBJECT_NOT_FOUND');
    expect(await failure(open({ bucket: 'srag-no-such-bucket' }).read('plain'))).toBe('BUCKET_MISSING');
    for (const wrong of [
      { ...credentials, secretAccessKey: 'wrong' },
      { accessKeyId: 'nobody', secretAccessKey: 'x' },
    ])
      expect(await failure(open({ credentials: wrong }).read('plain'))).toBe('ACCESS_DENIED');
    expect(await failure(open({ endpoint: 'http://127.0.0.1:9' }).read('plain'))).toBe('STORAGE_UNAVAILABLE');
  });

  it('fail with CANCELLED if their signal is aborted', async () => {
    expect(await failure(reads.read('large', { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    const controller = new AbortController();
    const read = reads.read('large', { signal: controller.signal });
    controller.abort();
    expect(await failure(read)).toBe('CANCELLED');
  });
});
