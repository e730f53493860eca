import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ByteCache, type ByteStore } from '../../../../src/api/query-cache/byte-cache.ts';
import { decodeEntry, encodeEntry } from '../../../../src/api/query-cache/entry.ts';
import { MAX_TTL_SECONDS, MAX_VALUE_BYTES } from '../../../../src/api/query-cache/index.ts';

const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
const ENTRY = { expiresAt: 10, createdAtMs: 1, body: { text: 'x' } };

describe('a stored entry', () => {
  it('is returned until it expires', () => {
    const bytes = encodeEntry({ createdAtMs: 1, body: { text: 'x' } }, 10)!;
    expect(decodeEntry(bytes, 9_999)).toEqual({ createdAtMs: 1, body: { text: 'x' } });
    expect(decodeEntry(bytes, 10_000)).toBeUndefined();
    expect(decodeEntry(packed(ENTRY), 0)).toEqual({ createdAtMs: 1, body: { text: 'x' } });
  });

  it.each([
    ['null', null],
    ['a number', 5],
    ['a string', 'x'],
    ['a string as expiry', { ...ENTRY, expiresAt: '10' }],
    ['no expiry', { ...ENTRY, expiresAt: undefined }],
    ['no creation time', { ...ENTRY, createdAtMs: undefined }],
    ['a string as body', { ...ENTRY, body: 'x' }],
    ['null as body', { ...ENTRY, body: null }],
    ['no body', { ...ENTRY, body: undefined }],
  ])('is a miss if it contains %s', (_, value) => {
    expect(decodeEntry(packed(value), 0)).toBeUndefined();
  });

  it('is a miss if it is damaged or larger than the maximum', () => {
    expect(decodeEntry(Buffer.from('not gzip'), 0)).toBeUndefined();
    expect(decodeEntry(gzipSync('{'), 0)).toBeUndefined();
    const text = 'x'.repeat(MAX_VALUE_BYTES);
    expect(decodeEntry(packed({ ...ENTRY, body: { text } }), 0)).toBeDefined();
    expect(decodeEntry(packed({ ...ENTRY, body: { text: text + text } }), 0)).toBeUndefined();
  });
});

describe('ByteCache', () => {
  let closed = 0;
  const store: ByteStore = {
    id: 'own',
    read: async () => undefined,
    write: async () => {},
    close: async () => void closed++,
  };
  const cache = new ByteCache(store);
  const value = { createdAtMs: 1, body: {} };

  it('closes its store', async () => {
    await cache.close();
    expect(closed).toBe(1);
  });

  it('rejects an invalid key with an error that quotes its beginning', async () => {
    await expect(cache.get(`"${'x'.repeat(200)}`)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `"\\"${'x'.repeat(79)}" is not a valid key of the query cache.`,
      remedy: expect.stringContaining('cacheKey'),
      fields: { field: 'key' },
    });
  });

  it('accepts the maximum TTL, and rejects a longer one with an error that names the maximum', async () => {
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
