import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cacheKey,
  MAX_TTL_SECONDS,
  MAX_VALUE_BYTES,
  type QueryCache,
} from '../../../src/api/query-cache/index.ts';
import { SragError } from '../../../src/core/index.ts';

/** What a cache's own file gives the suite. */
export interface QueryCacheFixture {
  /** Opens the cache; all that one fixture opens share what is kept, but for `memory`. */
  readonly open: (now: () => number) => Promise<QueryCache>;
  /** False for `none`, which keeps nothing. */
  readonly keeps: boolean;
  /** Whether another process sees what one has kept. */
  readonly isShared: boolean;
  /** Whether its service bills requests. */
  readonly isBilled: boolean;
  /** Puts bytes in the place of a value, where that can be done from outside. */
  readonly damage?: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly stop: () => Promise<void>;
}

let made = 0;
/** A key that no test has used. */
const freshKey = (): string =>
  cacheKey({
    kind: 'hits',
    collection: 'default',
    index: { kind: 'snapshot', version: `${process.pid}-${randomBytes(4).toString('hex')}-${made++}` },
    question: 'q',
    options: {},
    embedder: 'none',
  });

const value = (text: string) => ({ createdAtMs: 5, body: { hits: [{ text, score: 0.25 }], more: null } });

async function codeOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return (error as SragError).code;
}

/** What every query cache keeps to. */
export function queryCacheConformance(name: string, start: () => Promise<QueryCacheFixture>): void {
  describe(`query cache ${name}`, () => {
    let fixture: QueryCacheFixture;
    let cache: QueryCache;
    let nowMs: number;
    /** What a get gives of a value that was put: nothing from `none`. */
    const kept = <T>(given: T): T | undefined => (fixture.keeps ? given : undefined);

    beforeAll(async () => {
      fixture = await start();
    });
    afterAll(() => fixture?.stop());
    beforeEach(async () => {
      nowMs = Date.UTC(2026, 10, 24);
      cache = await fixture.open(() => nowMs);
      return () => cache.close();
    });

    it('says its name first in its id', () => {
      expect(cache.id.split(':')[0]).toBe(name);
    });

    it('gives nothing for a key that was never put', async () => {
      expect(await cache.get(freshKey())).toBeUndefined();
    });

    it('gives what was put, to the letter', async () => {
      const key = freshKey();
      const given = value('한국어 \u{1f600} "quoted" \\ \u0000 \u2028 é');
      await cache.put(key, given, 60);
      expect(await cache.get(key)).toEqual(kept(given));
    });

    it('gives the last value that was put', async () => {
      const key = freshKey();
      await cache.put(key, value('old'), 60);
      await cache.put(key, value('new'), 60);
      expect(await cache.get(key)).toEqual(kept(value('new')));
    });

    it('keeps keys apart', async () => {
      const keys = Array.from({ length: 20 }, freshKey);
      await Promise.all(keys.map((key, index) => cache.put(key, value(`text ${index}`), 60)));
      const found = await Promise.all(keys.map((key) => cache.get(key)));
      expect(found).toEqual(keys.map((_, index) => kept(value(`text ${index}`))));
    });

    it('gives no value whose time is over, also where it is still stored', async () => {
      const key = freshKey();
      await cache.put(key, value('a'), 60);
      nowMs += 59_999;
      expect(await cache.get(key)).toEqual(kept(value('a')));
      nowMs += 1;
      expect(await cache.get(key)).toBeUndefined();
      await cache.put(key, value('b'), 1);
      expect(await cache.get(key)).toEqual(kept(value('b')));
    });

    it('keeps a value for at least the part of a second that was asked for, and less than one more', async () => {
      const key = freshKey();
      await cache.put(key, value('a'), 0.25);
      nowMs += 249;
      expect(await cache.get(key)).toEqual(kept(value('a')));
      nowMs += 1_000;
      expect(await cache.get(key)).toBeUndefined();
    });

    it('is not changed through a value that it was given, nor through one that it gave', async () => {
      const key = freshKey();
      const given = value('a');
      await cache.put(key, given, 60);
      given.body.hits[0]!.text = 'changed';
      expect(await cache.get(key)).toEqual(kept(value('a')));
      const taken = (await cache.get(key))?.body as ReturnType<typeof value>['body'] | undefined;
      if (taken) taken.hits[0]!.text = 'changed';
      expect(await cache.get(key)).toEqual(kept(value('a')));
    });

    it('keeps a value of the largest size, also one that does not compress, and none beyond', async () => {
      const key = freshKey();
      const around = JSON.stringify({ text: '' }).length;
      const text = (bytes: number) =>
        randomBytes(bytes)
          .toString('base64')
          .slice(0, bytes - around);
      const largest = { createdAtMs: 1, body: { text: text(MAX_VALUE_BYTES) } };
      await cache.put(key, largest, 60);
      expect(await cache.get(key)).toEqual(kept(largest));
      const tooLarge = freshKey();
      await cache.put(tooLarge, { createdAtMs: 1, body: { text: text(MAX_VALUE_BYTES + 1) } }, 60);
      expect(await cache.get(tooLarge)).toBeUndefined();
    });

    it.each(['', 'short', 'A'.repeat(64), `../${'a'.repeat(61)}`, 'a'.repeat(65)])(
      'refuses the key %j',
      async (key) => {
        expect(await codeOf(cache.get(key))).toBe('INVALID_ARGUMENT');
        expect(await codeOf(cache.put(key, value('a'), 60))).toBe('INVALID_ARGUMENT');
      },
    );

    it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, MAX_TTL_SECONDS + 1])(
      'refuses to keep something for %s s',
      async (ttlSeconds) => {
        expect(await codeOf(cache.put(freshKey(), value('a'), ttlSeconds))).toBe('INVALID_ARGUMENT');
      },
    );

    it('asks nothing and fails with CANCELLED when it is aborted before', async () => {
      const options = { signal: AbortSignal.abort() };
      const before = cache.use();
      expect(await codeOf(cache.get(freshKey(), options))).toBe('CANCELLED');
      expect(await codeOf(cache.put(freshKey(), value('a'), 60, options))).toBe('CANCELLED');
      expect(cache.use()).toEqual(before);
    });

    it('counts what its service bills', async () => {
      const before = cache.use();
      const key = freshKey();
      await cache.get(key);
      await cache.put(key, value('x'.repeat(9_000)), 60);
      await cache.get(key);
      const { reads, writes } = cache.use();
      expect(reads - before.reads > 0).toBe(fixture.isBilled);
      expect(writes - before.writes > 0).toBe(fixture.isBilled);
    });

    it('shares what it keeps with others of its name, where they can', async () => {
      const other = await fixture.open(() => nowMs);
      const key = freshKey();
      await cache.put(key, value('a'), 60);
      expect(await other.get(key)).toEqual(fixture.isShared ? value('a') : undefined);
      await other.close();
    });

    it('takes what is damaged for a miss', async () => {
      if (fixture.damage === undefined) return;
      const key = freshKey();
      for (const bytes of [Buffer.from('not gzip'), Buffer.alloc(0), randomBytes(5_000)]) {
        await cache.put(key, value('a'), 60);
        await fixture.damage(key, bytes);
        expect(await cache.get(key)).toBeUndefined();
      }
    });
  });
}
