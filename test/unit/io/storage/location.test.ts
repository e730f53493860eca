import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocation, parseLocation } from '../../../../src/io/storage/index.ts';
import { checkKey, checkPrefix } from '../../../../src/io/storage/keys.ts';
import { STORAGES } from '../../../../src/io/storage/registry.ts';

describe('locations', () => {
  it('resolve folders relative to the working folder', () => {
    expect(parseLocation('.srag', '/home/me')).toEqual({ kind: 'file', path: '/home/me/.srag' });
    expect(parseLocation('/data/../srag', '/home/me')).toEqual({ kind: 'file', path: '/srag' });
  });

  it('parse buckets with and without a prefix', () => {
    expect(parseLocation('s3://my-bucket')).toEqual({ kind: 's3', bucket: 'my-bucket', prefix: '' });
    expect(parseLocation('s3://my-bucket/a/b/')).toEqual({ kind: 's3', bucket: 'my-bucket', prefix: 'a/b' });
  });

  it.each(['', 's3://', 's3://B', 's3://a_b/x', 'gs://bucket', 'http://x/y'])('reject %j', (location) => {
    expect(() => parseLocation(location)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('are formatted as the same text from which they were parsed', () => {
    for (const text of ['/some/folder', 's3://my-bucket', 's3://my-bucket/a/b']) {
      expect(formatLocation(parseLocation(text))).toBe(text);
    }
  });

  it('are of the storage kinds that have a source folder in src/io/storage', () => {
    const room = new URL('../../../../src/io/storage/', import.meta.url);
    const folders = readdirSync(room, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    expect(Object.keys(STORAGES).sort()).toEqual(folders.sort());
  });
});

describe('keys', () => {
  const segment = fc
    .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
    .filter((text) => !/^\.+$|[/\\\p{Cc}]/u.test(text));

  it('consist of segments joined by slashes; every prefix of a key is a valid prefix', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.nat(), (segments, cut) => {
        const key = segments.join('/');
        expect(() => checkKey(key)).not.toThrow();
        const characters = [...key];
        expect(() => checkPrefix(characters.slice(0, cut % (characters.length + 1)).join(''))).not.toThrow();
      }),
    );
  });

  it('never contain a segment that points outside the location', () => {
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 3 }),
        fc.constantFrom('', '.', '..'),
        fc.array(segment, { maxLength: 3 }),
        (before, bad, after) => {
          expect(() => checkKey([...before, bad, ...after].join('/'))).toThrow(
            expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
          );
        },
      ),
    );
  });
});
