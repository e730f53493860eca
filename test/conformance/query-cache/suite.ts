import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cacheKey,
  MAX_TTL_SECONDS,
  MAX_VALUE_BYTES,
  type QueryCache,
} from '../../../src/api/query-cache/index.ts';
import { SragError } from '../../../src/core/index.ts';
import { countedUsage } from '../../support/cache-usage.ts';

/** A cache under test, provided by its test file. */
export interface QueryCacheFixture {
  /** Opens the cache; all caches opened by one fixture share their entries, except for `memory`. */
  readonly open: (now: () => number) => Promise<QueryCache>;
  /** False for `none`, which stores nothing. */
  readonly keeps: boolean;
  /** Whether other instances can read the entries that this one writes. */
  readonly isShared: boolean;
  /** Whether the service behind it bills requests. */
  readonly isBilled: boolean;
  /** Overwrites a stored value with these bytes, if the store is accessible from outside. */
  readonly damage?: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly stop: () => Promise<void>;
}

let made = 0;
/** A key not used by any test. */
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

/** The contract of every query cache. */
export function queryCacheConformance(name: string, start: () => Promise<QueryCacheFixture>): void {
  describe(`query cache ${name}`, () => {
    let fixture: QueryCacheFixture;
    let cache: QueryCache;
    let nowMs: number;
    /** The expected result of reading a stored value; undefined for `none`. */
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

    it('has an id that starts with its name', () => {
      expect(cache.id.split(':')[0]).toBe(name);
    });

    it('returns nothing for an unknown key', async () => {
      expect(await cache.get(freshKey())).toBeUndefined();
    });

    it('returns values exactly as stored', async () => {
      const key = freshKey();
      const given = value('한국어 \u{1f600} "quoted" \\ \u0000 \u2028 é');
      await cache.put(key, given, 60);
      expect(await cache.get(key)).toEqual(kept(given));
    });

    it('returns the most recent value of a key', async () => {
      const key = freshKey();
      await cache.put(key, value('old'), 60);
      await cache.put(key, value('new'), 60);
      expect(await cache.get(key)).toEqual(kept(value('new')));
    });

    it('returns for each of many keys its own value', async () => {
      const keys = Array.from({ length: 20 }, freshKey);
      await Promise.all(keys.map((key, index) => cache.put(key, value(`text ${index}`), 60)));
      const found = await Promise.all(keys.map((key) => cache.get(key)));
      expect(found).toEqual(keys.map((_, index) => kept(value(`text ${index}`))));
    });

    it('returns no expired value, even if it is still stored', async () => {
      const key = freshKey();
      await cache.put(key, value('a'), 60);
      nowMs += 59_999;
      expect(await cache.get(key)).toEqual(kept(value('a')));
      nowMs += 1;
      expect(await cache.get(key)).toBeUndefined();
      await cache.put(key, value('b'), 1);
      expect(await cache.get(key)).toEqual(kept(value('b')));
    });

    it('keeps a value for at least the requested fraction of a second, and less than a second longer', async () => {
      const key = freshKey();
      await cache.put(key, value('a'), 0.25);
      nowMs += 249;
      expect(await cache.get(key)).toEqual(kept(value('a')));
      nowMs += 1_000;
      expect(await cache.get(key)).toBeUndefined();
    });

    it('is not affected by later changes to stored or returned values', async () => {
      const key = freshKey();
      const given = value('a');
      await cache.put(key, given, 60);
      given.body.hits[0]!.text = 'changed';
      expect(await cache.get(key)).toEqual(kept(value('a')));
      const taken = (await cache.get(key))?.body as ReturnType<typeof value>['body'] | undefined;
      if (taken) taken.hits[0]!.text = 'changed';
      expect(await cache.get(key)).toEqual(kept(value('a')));
    });

    it('stores values up to the maximum size, even incompressible ones, and no larger ones', async () => {
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
      'refuses a time to live of %s s',
      async (ttlSeconds) => {
        expect(await codeOf(cache.put(freshKey(), value('a'), ttlSeconds))).toBe('INVALID_ARGUMENT');
      },
    );

    it('sends no request and fails with CANCELLED if its signal is already aborted', async () => {
      const { use, onUsage } = countedUsage();
      const options = { signal: AbortSignal.abort(), onUsage };
      expect(await codeOf(cache.get(freshKey(), options))).toBe('CANCELLED');
      expect(await codeOf(cache.put(freshKey(), value('a'), 60, options))).toBe('CANCELLED');
      expect(use).toEqual({ reads: 0, writes: 0 });
    });

    it('counts the requests that its service bills', async () => {
      const { use, onUsage } = countedUsage();
      const key = freshKey();
      await cache.get(key, { onUsage });
      await cache.put(key, value('x'.repeat(9_000)), 60, { onUsage });
      await cache.get(key, { onUsage });
      expect(use.reads > 0).toBe(fixture.isBilled);
      expect(use.writes > 0).toBe(fixture.isBilled);
    });

    it('shares entries with other instances if its store is shared', async () => {
      const other = await fixture.open(() => nowMs);
      const key = freshKey();
      await cache.put(key, value('a'), 60);
      expect(await other.get(key)).toEqual(fixture.isShared ? value('a') : undefined);
      await other.close();
    });

    it('treats a damaged entry as a miss', async () => {
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
