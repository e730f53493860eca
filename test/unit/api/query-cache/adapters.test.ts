import { beforeEach, describe, expect, it } from 'vitest';
import {
  cacheKey,
  guardCache,
  openQueryCache,
  parseQueryCache,
} from '../../../../src/api/query-cache/index.ts';
import { MemoryStore } from '../../../../src/api/query-cache/memory/index.ts';
import { type AwsJsonServer, awsJsonSettings, startAwsJsonServer } from '../../../support/aws-json-server.ts';
import { countedUsage } from '../../../support/cache-usage.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';

const VALUE = { createdAtMs: 1, body: { text: 'x' } };
const keyOf = (question: string): string =>
  cacheKey({
    kind: 'hits',
    collection: 'c',
    index: { kind: 'snapshot', version: '1' },
    question,
    options: {},
    embedder: 'none',
  });

describe('the name of a query cache', () => {
  it('is none, memory, dynamodb:TABLE or s3:PREFIX', () => {
    expect(parseQueryCache('none')).toEqual({ name: 'none', argument: '' });
    expect(parseQueryCache('dynamodb:srag-answers')).toEqual({ name: 'dynamodb', argument: 'srag-answers' });
    expect(parseQueryCache('s3:cache/answers')).toEqual({ name: 's3', argument: 'cache/answers' });
  });

  it.each([
    ['redis', /redis/],
    ['dynamo', /dynamodb/],
    ['dynamodb', /SRAG_QUERY_CACHE is 'dynamodb'/],
    ['dynamodb:', /SRAG_QUERY_CACHE is 'dynamodb:'/],
    ['dynamodb:a', /'a' is not a valid DynamoDB table name/],
    ['dynamodb:a b c', /not a valid DynamoDB table name/],
    ['s3', /SRAG_QUERY_CACHE is 's3'/],
    ['s3:/', /'\/' is not a valid prefix/],
    ['s3:../up', /not a valid prefix/],
    ['s3:a//b', /not a valid prefix/],
    ['memory:5', /SRAG_QUERY_CACHE is 'memory:5'/],
    ['', /''/],
  ])('is rejected if it is %j', async (text, message) => {
    const parts = { aws: { region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } } };
    const open = openQueryCache(text, { ...parts, storage: new MemoryStorage() });
    await expect(open).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(message),
    });
  });

  it('is quoted, with the known names, in the error for an invalid name', () => {
    expect(() => parseQueryCache('redis')).toThrow(
      /Unknown query cache 'redis' \(known: none, memory, dynamodb, s3\)/,
    );
    expect(() => parseQueryCache('s3')).toThrow(
      expect.objectContaining({
        remedy: 'Use none, memory, dynamodb:TABLE or s3:PREFIX.',
        fields: { path: 'SRAG_QUERY_CACHE', value: 's3' },
      }),
    );
  });

  it('requires credentials for DynamoDB and a storage for S3', async () => {
    await expect(openQueryCache('dynamodb:answers')).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
    await expect(openQueryCache('s3:answers')).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});

describe('the in-memory cache', () => {
  const bytes = new Uint8Array(100);

  it('evicts the least recently used entry beyond the maximum number of entries', async () => {
    const store = new MemoryStore({ entries: 3 });
    for (const key of ['a', 'b', 'c']) await store.write(key, bytes);
    await store.read('a');
    await store.write('d', bytes);
    const found = await Promise.all(['a', 'b', 'c', 'd'].map((key) => store.read(key)));
    expect(found.map((entry) => entry !== undefined)).toEqual([true, false, true, true]);
  });

  it('does not count a missing entry as used, and is empty after it is closed', async () => {
    const store = new MemoryStore({ entries: 2 });
    expect(await store.read('x')).toBeUndefined();
    for (const key of ['a', 'b']) await store.write(key, bytes);
    expect(await store.read('a')).toBeDefined();
    await store.close();
    expect(await store.read('a')).toBeUndefined();
  });

  it('stays within its byte limit, even if larger entries replace smaller ones', async () => {
    const store = new MemoryStore({ bytes: 350 });
    for (const key of ['a', 'b', 'c']) await store.write(key, bytes);
    await store.write('c', new Uint8Array(150));
    expect(await store.read('a')).toBeDefined();
    await store.write('c', new Uint8Array(151));
    const found = await Promise.all(['a', 'b', 'c'].map((key) => store.read(key)));
    expect(found.map((entry) => entry?.length)).toEqual([100, undefined, 151]);
    await store.write('huge', new Uint8Array(1_000));
    expect(await store.read('huge')).toBeUndefined();
    await store.write('a', bytes);
    expect(await store.read('a')).toBeDefined();
  });
});

describe('the DynamoDB cache', () => {
  let server: AwsJsonServer;
  beforeEach(async () => {
    server = await startAwsJsonServer();
    server.tables.set('answers', new Map());
    return () => server.stop();
  });
  const open = () => openQueryCache('dynamodb:answers', { aws: awsJsonSettings(server), now: () => 10_000 });

  it('stores a compressed item with its expiry as a number of seconds, for DynamoDB TTL', async () => {
    const cache = await open();
    await cache.put(keyOf('q'), { createdAtMs: 1, body: { text: 'word '.repeat(2_000) } }, 90);
    const item = server.tables.get('answers')?.get(keyOf('q'));
    expect(item).toMatchObject({ key: { S: keyOf('q') }, expiresAt: { N: '100' } });
    expect(Buffer.from(String(item?.value?.B), 'base64').length).toBeLessThan(500);
    await cache.close();
  });

  it('counts half a read unit per started 4 KB and one write unit per started 1 KB', async () => {
    const cache = await open();
    const { use, onUsage } = countedUsage();
    await cache.get(keyOf('missing'), { onUsage });
    expect(use).toEqual({ reads: 0.5, writes: 0 });
    await cache.put(keyOf('q'), VALUE, 60, { onUsage });
    await cache.get(keyOf('q'), { onUsage });
    expect(use).toEqual({ reads: 1, writes: 1 });
    const noise = Array.from({ length: 2_500 }, (_, at) => keyOf(`${at}`).slice(0, 2)).join('');
    await cache.put(keyOf('long'), { createdAtMs: 1, body: { noise } }, 60, { onUsage });
    await cache.get(keyOf('long'), { onUsage });
    const item = server.tables.get('answers')?.get(keyOf('long'));
    const itemBytes =
      Buffer.from(String(item?.value?.B), 'base64').length +
      64 +
      'key'.length +
      'value'.length +
      'expiresAt'.length +
      8;
    expect(use).toEqual({
      reads: 1 + Math.ceil(itemBytes / 4_096) / 2,
      writes: 1 + Math.ceil(itemBytes / 1_024),
    });
    await cache.close();
  });

  it('rejects with AWS_REFUSED if the table does not exist', async () => {
    server.tables.clear();
    const cache = await open();
    const failure = expect.objectContaining({
      code: 'AWS_REFUSED',
      fields: expect.objectContaining({ type: 'ResourceNotFoundException' }),
    });
    await expect(cache.get(keyOf('q'))).rejects.toEqual(failure);
    await expect(cache.put(keyOf('q'), VALUE, 60)).rejects.toEqual(failure);
  });

  it('when wrapped by guardCache, returns misses and warns once while its table is missing, throttled, unresponsive or unreachable', async () => {
    for (const fault of ['missing', 'throttled', 'silent', 'gone']) {
      const warnings: string[] = [];
      const cache = guardCache(await open(), {
        getWaitMs: 20,
        warn: (message) => warnings.push(message),
      });
      if (fault === 'missing') server.tables.clear();
      if (fault === 'gone') await server.stop();
      for (let call = 0; call < 4; call++) {
        const one = { kind: 'status', status: 400, type: 'ThrottlingException' } as const;
        if (fault === 'throttled') server.faults.push(one, one);
        if (fault === 'silent') server.faults.push({ kind: 'silence' });
        expect(await cache.get(keyOf('q'))).toBeUndefined();
      }
      expect(warnings, fault).toEqual([expect.stringContaining('dynamodb:answers')]);
      server.faults.length = 0;
      server.tables.set('answers', new Map());
      await cache.close();
    }
  });
});
