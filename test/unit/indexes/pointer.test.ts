import { describe, expect, it } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import { parsePointer, versionPrefix } from '../../../src/indexes/pointer.ts';
import { publishVersion, readPublished, rollBack } from '../../../src/indexes/publish.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';

const KEY = 'test/indexes/published.json';
const POINTER = {
  formatVersion: 1,
  generation: 3,
  writer: 'w',
  version: 'v2',
  kind: 'snapshot',
  publishedAt: '2026-11-23T12:00:00.000Z',
  previous: { version: 'v1', kind: 'lancedb-flat' },
  opening: 'AAAA',
  signature: 'BBBB',
};
const parse = (value: unknown) => parsePointer(Buffer.from(JSON.stringify(value)), KEY);

describe('the pointer of a collection', () => {
  it('round-trips with and without its optional fields', () => {
    expect(parse(POINTER)).toEqual(POINTER);
    const { previous: _, opening: __, signature: ___, ...least } = POINTER;
    expect(parse(least)).toEqual(least);
    expect(parse({ ...POINTER, generation: 1 }).generation).toBe(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['null', null, /formatVersion must be 1/],
    ['a number', 5, /formatVersion must be 1/],
    ['another format', { ...POINTER, formatVersion: 2 }, /formatVersion must be 1/],
    ['no generation', { ...POINTER, generation: undefined }, /generation must be an integer/],
    ['generation 0', { ...POINTER, generation: 0 }, /generation must be an integer/],
    ['a fractional generation', { ...POINTER, generation: 1.5 }, /generation must be an integer/],
    ['a generation as string', { ...POINTER, generation: '3' }, /generation must be an integer/],
    ['no writer', { ...POINTER, writer: undefined }, /writer or publishedAt/],
    ['an empty writer', { ...POINTER, writer: '' }, /writer or publishedAt/],
    ['no time', { ...POINTER, publishedAt: 5 }, /writer or publishedAt/],
    ['no version', { ...POINTER, version: undefined }, /version or kind/],
    ['a version that leaves the folder', { ...POINTER, version: '../v1' }, /version or kind/],
    ['a version as number', { ...POINTER, version: 5 }, /version or kind/],
    ['no kind', { ...POINTER, kind: '' }, /version or kind/],
    ['a kind as number', { ...POINTER, kind: 5 }, /version or kind/],
    ['null as previous', { ...POINTER, previous: null }, /previous is not a valid version/],
    [
      'a previous version without kind',
      { ...POINTER, previous: { version: 'v1' } },
      /previous is not a valid version/,
    ],
    ['an opening as number', { ...POINTER, opening: 5 }, /opening or signature/],
    ['a signature as number', { ...POINTER, signature: 5 }, /opening or signature/],
  ])('is rejected as damaged with %s', (_, value, message) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({
        code: 'DAMAGED_STORE',
        message: expect.stringMatching(message),
        remedy: expect.stringContaining('publish the index again'),
        fields: { key: KEY },
      }),
    );
    expect(() => parse(value)).toThrow(`'${KEY}' cannot be read`);
  });

  it.each([
    ['not JSON', Buffer.from('{')],
    ['not UTF-8', Buffer.concat([Buffer.from('"'), Buffer.from([0xff]), Buffer.from('"')])],
  ])('is rejected as damaged if it is %s, with an error that has a cause', (_, bytes) => {
    expect(() => parsePointer(bytes, KEY)).toThrow(
      expect.objectContaining({
        code: 'DAMAGED_STORE',
        message: expect.stringContaining('it is not valid JSON'),
        cause: expect.any(Error),
      }),
    );
  });
});

describe('the objects of a version', () => {
  it.each(['v1', '20261123T120000-4000', 'A_b-9', 'a'.repeat(100)])(
    'have keys that start with the name of the version: %s',
    (version) => {
      expect(versionPrefix('test/', version)).toBe(`test/indexes/${version}/`);
    },
  );

  it.each(['', '-v', '_v', '../v', 'a/b', 'v1\n', 'v.1', 'a'.repeat(101)])(
    'cannot be addressed by the invalid version %j',
    (version) => {
      expect(() => versionPrefix('test/', version)).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_INDEX_VERSION',
          message: expect.stringContaining('Unknown index version'),
        }),
      );
    },
  );
});

describe('publishing', () => {
  const v1 = { version: 'v1', kind: 'snapshot' };
  const v2 = { version: 'v2', kind: 'snapshot' };
  /** A storage whose next write fails with `code`, after it has written the object if `isDone` is set. */
  const failing = (code: 'STORAGE_UNAVAILABLE' | 'ACCESS_DENIED' | 'CONDITION_FAILED', isDone: boolean) => {
    const storage = new MemoryStorage();
    const write = storage.write.bind(storage);
    let isFirst = true;
    storage.write = async (...words) => {
      if (!isFirst) return write(...words);
      isFirst = false;
      if (isDone) await write(...words);
      throw new SragError(code, 'The write failed.');
    };
    return storage;
  };

  it('stores the opening data in the pointer, if there are any', async () => {
    const storage = new MemoryStorage();
    expect(await publishVersion(storage, 'test/', v1, { writer: 'a', opening: 'AAAA' })).toMatchObject({
      opening: 'AAAA',
    });
    expect(await publishVersion(storage, 'test/', v2, { writer: 'b' })).not.toHaveProperty('opening');
  });

  it('rolls back with the opening data of the previous version, or fails if there is no previous version', async () => {
    const storage = new MemoryStorage();
    const none = expect.objectContaining({
      code: 'NO_INDEX',
      message: expect.stringContaining('no version to roll back to'),
      remedy: expect.stringContaining('srag index publish VERSION'),
    });
    await expect(rollBack(storage, 'test/', { writer: 'r' })).rejects.toEqual(none);
    await expect(rollBack(storage, 'test/', { writer: 'r', expected: null })).rejects.toEqual(none);
    await publishVersion(storage, 'test/', v1, { writer: 'a' });
    await expect(rollBack(storage, 'test/', { writer: 'r' })).rejects.toEqual(none);
    await publishVersion(storage, 'test/', v2, { writer: 'b' });
    const seen = await readPublished(storage, 'test/');
    const back = await rollBack(storage, 'test/', { writer: 'c' }, async ({ version }) => `of ${version}`);
    expect(back).toMatchObject({ version: 'v1', opening: 'of v1', generation: 3, previous: v2 });
    await expect(rollBack(storage, 'test/', { writer: 'd', expected: seen! })).rejects.toMatchObject({
      code: 'PUBLISH_CONFLICT',
    });
  });

  it('succeeds if the write succeeded and only its response was lost', async () => {
    for (const code of ['STORAGE_UNAVAILABLE', 'CONDITION_FAILED'] as const) {
      const storage = failing(code, true);
      expect(await publishVersion(storage, 'test/', v1, { writer: 'a' })).toMatchObject({ writer: 'a' });
    }
  });

  it('propagates storage errors, and ACCESS_DENIED even if the object was written', async () => {
    for (const code of ['STORAGE_UNAVAILABLE', 'ACCESS_DENIED'] as const)
      await expect(publishVersion(failing(code, false), 'test/', v1, { writer: 'a' })).rejects.toMatchObject({
        code,
      });
    await expect(
      publishVersion(failing('ACCESS_DENIED', true), 'test/', v1, { writer: 'a' }),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('reports which version was published instead, or that the pointer was removed', async () => {
    const storage = new MemoryStorage();
    await publishVersion(storage, 'test/', v1, { writer: 'a' });
    await expect(publishVersion(storage, 'test/', v2, { writer: 'b', expected: null })).rejects.toMatchObject(
      {
        code: 'PUBLISH_CONFLICT',
        message: 'v2 was not published: meanwhile v1 was published (generation 1).',
        remedy: expect.stringContaining('srag index list'),
        fields: { wanted: 'v2', published: 'v1', generation: 1 },
        cause: expect.objectContaining({ code: 'CONDITION_FAILED' }),
      },
    );
    await expect(
      publishVersion(failing('CONDITION_FAILED', false), 'test/', v2, { writer: 'b' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('the pointer was removed') });
  });

  it('propagates errors of reading the pointer', async () => {
    const storage = new MemoryStorage();
    storage.read = async () => {
      throw new SragError('ACCESS_DENIED', 'No.');
    };
    await expect(readPublished(storage, 'test/')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});
