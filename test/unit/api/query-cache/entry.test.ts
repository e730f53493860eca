import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ByteCache, type ByteStore } from '../../../../src/api/query-cache/byte-cache.ts';
import { decodeEntry, encodeEntry } from '../../../../src/api/query-cache/entry.ts';
import { MAX_TTL_SECONDS, MAX_VALUE_BYTES } from '../../../../src/api/query-cache/index.ts';

const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
const ENTRY = { expiresAt: 10, createdAtMs: 1, body: { text: 'x' } };

describe('a kept entry', () => {
  it('is given back until it expires', () => {
    const bytes = encodeEntry({ createdAtMs: 1, body: { text: 'x' } }, 10)!;
    expect(decodeEntry(bytes, 9_999)).toEqual({ createdAtMs: 1, body: { text: 'x' } });
    expect(decodeEntry(bytes, 10_000)).toBeUndefined();
    expect(decodeEntry(packed(ENTRY), 0)).toEqual({ createdAtMs: 1, body: { text: 'x' } });
  });

  it.each([
    ['nothing', null],
    ['a number', 5],
    ['a text', 'x'],
    ['an expiry that is a text', { ...ENTRY, expiresAt: '10' }],
    ['no expiry', { ...ENTRY, expiresAt: undefined }],
    ['no time of its making', { ...ENTRY, createdAtMs: undefined }],
    ['a body that is a text', { ...ENTRY, body: 'x' }],
    ['a body that is nothing', { ...ENTRY, body: null }],
    ['no body', { ...ENTRY, body: undefined }],
  ])('is a miss where it holds %s', (_, value) => {
    expect(decodeEntry(packed(value), 0)).toBeUndefined();
  });

  it('is a miss where it is damaged, or larger than what is ever kept', () => {
    expect(decodeEntry(Buffer.from('not gzip'), 0)).toBeUndefined();
    expect(decodeEntry(gzipSync('{'), 0)).toBeUndefined();
    const text = 'x'.repeat(MAX_VALUE_BYTES);
    expect(decodeEntry(packed({ ...ENTRY, body: { text } }), 0)).toBeDefined();
    expect(decodeEntry(packed({ ...ENTRY, body: { text: text + text } }), 0)).toBeUndefined();
  });
});

describe('a cache over a store of bytes', () => {
  let closed = 0;
  const store: ByteStore = {
    id: 'own',
    read: async () => undefined,
    write: async () => {},
    use: () => ({ reads: 1, writes: 2 }),
    close: async () => void closed++,
  };
  const cache = new ByteCache(store);
  const value = { createdAtMs: 1, body: {} };

  it('closes its store', async () => {
    await cache.close();
    expect(closed).toBe(1);
  });

  it('refuses what is no key, and repeats its beginning', async () => {
    await expect(cache.get(`"${'x'.repeat(200)}`)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `"\\"${'x'.repeat(79)}" is not a key of the query cache.`,
      remedy: expect.stringContaining('cacheKey'),
      fields: { field: 'key' },
    });
  });

  it('keeps up to the longest time, and refuses more with the bound', async () => {
    const key = 'a'.repeat(64);
    await cache.put(key, value, MAX_TTL_SECONDS);
    await expect(cache.put(key, value, MAX_TTL_SECONDS + 1)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `ttlSeconds is ${MAX_TTL_SECONDS + 1}.`,
      remedy: expect.stringContaining(String(MAX_TTL_SECONDS)),
      fields: { field: 'ttlSeconds', value: MAX_TTL_SECONDS + 1 },
    });
  });
});
