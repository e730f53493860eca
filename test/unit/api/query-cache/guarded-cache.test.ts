import { beforeEach, describe, expect, it } from 'vitest';
import { type CachedAnswer, guardCache, type QueryCache } from '../../../../src/api/query-cache/index.ts';
import { SragError } from '../../../../src/core/index.ts';
import { countedUsage } from '../../../support/cache-usage.ts';
import { until } from '../../../support/http-server.ts';

const KEY = 'a'.repeat(64);
const VALUE: CachedAnswer = { createdAtMs: 1, body: { hits: [] } };
const NEVER = new Promise<never>(() => {});

let warnings: { readonly message: string; readonly details: Readonly<Record<string, unknown>> }[];
let nowMs: number;
let closed = 0;
let calls: { readonly signal: AbortSignal | undefined }[];

/** A guarded cache over an inner cache whose calls resolve or reject as `answer` does. */
function guarded(
  answer: () => Promise<CachedAnswer | undefined>,
  options: object = {},
  id = 'dynamodb:answers',
) {
  const inner: QueryCache = {
    id,
    get: (_key, given) => {
      calls.push({ signal: given?.signal });
      given?.onUsage?.({ reads: 7, writes: 0 });
      return answer();
    },
    put: async (_key, _value, _ttl, given) => {
      calls.push({ signal: given?.signal });
      given?.onUsage?.({ reads: 0, writes: 8 });
      await answer();
    },
    close: async () => void closed++,
  };
  return guardCache(inner, {
    warn: (message, details) => warnings.push({ message, details }),
    now: () => nowMs,
    ...options,
  });
}
const fail = async () => {
  throw new SragError('AWS_REFUSED', 'DynamoDB GetItem: ResourceNotFoundException', {
    fields: { type: 'ResourceNotFoundException' },
  });
};

beforeEach(() => {
  warnings = [];
  calls = [];
  nowMs = 1_000;
});

describe('a guarded cache', () => {
  it('returns the values, the id and the use counts of the inner cache', async () => {
    const cache = guarded(async () => VALUE);
    expect(cache.id).toBe('dynamodb:answers');
    const { use, onUsage } = countedUsage();
    expect(await cache.get(KEY, { onUsage })).toEqual(VALUE);
    await cache.put(KEY, VALUE, 60, { onUsage });
    expect(use).toEqual({ reads: 7, writes: 8 });
    expect(warnings).toEqual([]);
  });

  it('treats failures as misses and warns once every 30 s, with the cause', async () => {
    const cache = guarded(fail, { failures: 100 });
    for (let call = 0; call < 5; call++) expect(await cache.get(KEY)).toBeUndefined();
    await cache.put(KEY, VALUE, 60);
    expect(warnings).toEqual([
      {
        message:
          'The query cache dynamodb:answers failed; requests continue without it: DynamoDB GetItem: ResourceNotFoundException',
        details: {
          cache: 'dynamodb:answers',
          operation: 'get',
          failures: 1,
          code: 'AWS_REFUSED',
          type: 'ResourceNotFoundException',
        },
      },
    ]);
    nowMs += 30_000;
    await cache.put(KEY, VALUE, 60);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]?.details).toMatchObject({ operation: 'put', failures: 6 });
  });

  it('bypasses the inner cache for 30 s after three consecutive failures, then sends one request to test it', async () => {
    let answer: () => Promise<CachedAnswer | undefined> = fail;
    const cache = guarded(() => answer());
    for (let call = 0; call < 10; call++) await cache.get(KEY);
    expect(calls).toHaveLength(3);
    nowMs += 29_999;
    await cache.get(KEY);
    expect(calls).toHaveLength(3);
    nowMs += 1;
    await cache.get(KEY);
    await cache.get(KEY);
    expect(calls).toHaveLength(4);
    nowMs += 30_000;
    answer = async () => VALUE;
    expect(await cache.get(KEY)).toEqual(VALUE);
    answer = fail;
    await cache.get(KEY);
    await cache.get(KEY);
    answer = async () => VALUE;
    expect(await cache.get(KEY)).toEqual(VALUE);
  });

  it('stops waiting for a slow cache and aborts the request to it', async () => {
    const cache = guarded(() => NEVER, { getWaitMs: 10, putWaitMs: 5 });
    expect(await cache.get(KEY)).toBeUndefined();
    expect(warnings[0]?.message).toContain('no answer within 30 ms');
    await cache.put(KEY, VALUE, 60);
    await until(() => calls.every(({ signal }) => signal?.aborted === true));
    expect(calls).toHaveLength(2);
  });

  it('triples the timeout until the cache has responded once', async () => {
    let answer = async (): Promise<CachedAnswer | undefined> => VALUE;
    const cache = guarded(() => answer(), { getWaitMs: 10 });
    await cache.get(KEY);
    answer = () => NEVER;
    await cache.get(KEY);
    expect(warnings[0]?.message).toContain('no answer within 10 ms');
  });

  it('waits four times as long for put as for get by default', async () => {
    let answer = async (): Promise<CachedAnswer | undefined> => VALUE;
    for (const [options, message] of [
      [{ getWaitMs: 10 }, 'within 40 ms'],
      [{ getWaitMs: 10, putWaitMs: 5 }, 'within 5 ms'],
    ] as const) {
      warnings = [];
      answer = async () => VALUE;
      const cache = guarded(() => answer(), options);
      await cache.get(KEY);
      answer = () => NEVER;
      await cache.put(KEY, VALUE, 60);
      expect(warnings[0]?.message).toContain(message);
    }
  });

  it('cancels the call to the inner cache when the caller cancels, and closes the inner cache with itself', async () => {
    const abort = new AbortController();
    const cache = guarded(() => NEVER, { getWaitMs: 20 });
    const gone = cache.get(KEY, { signal: abort.signal });
    abort.abort();
    expect(calls[0]?.signal?.aborted).toBe(true);
    await gone;
    const before = closed;
    await cache.close();
    expect(closed).toBe(before + 1);
  });

  it('omits the code from the warning if the failure has none', async () => {
    const cache = guarded(() => NEVER, { getWaitMs: 1 });
    await cache.get(KEY);
    expect(Object.keys(warnings[0]!.details)).toEqual(['cache', 'operation', 'failures']);
  });

  it('waits up to 450 ms by default for a cache in S3', async () => {
    const cache = guarded(() => NEVER, {}, 's3:answers');
    await cache.get(KEY);
    expect(warnings[0]?.message).toContain('no answer within 450 ms');
  });

  it('does not count a request cancelled by its caller as a failure', async () => {
    const abort = new AbortController();
    const cache = guarded(async () => {
      abort.abort();
      throw new SragError('CANCELLED', 'Cancelled.');
    });
    expect(await cache.get(KEY, { signal: abort.signal })).toBeUndefined();
    expect(await cache.get(KEY, { signal: abort.signal })).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('rethrows usage errors', async () => {
    const cache = guarded(async () => {
      throw new SragError('INVALID_ARGUMENT', 'ttlSeconds is 0.');
    });
    await expect(cache.put(KEY, VALUE, 0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(warnings).toEqual([]);
  });
});
