import { describe, expect, it, vi } from 'vitest';
import type { CachedAnswer, QueryCache } from '../../../../src/api/query-cache/index.ts';
import { RequestMeter } from '../../../../src/api/service/request-meter.ts';
import { DEFAULT_SWITCHES } from '../../../../src/api/switches/index.ts';
import { throughCache } from '../../../../src/cloud/functions/cached-answer.ts';

const INDEX = { kind: 'snapshot', version: 'v1' };
const KEY = { collection: 'test', index: INDEX, question: 'q', options: {}, embedder: 'none' };
const CONTENT = {
  answer: 'It is.',
  citations: [],
  notFound: false,
  confidence: 0.8,
  chunks: [],
  usage: { inputTokens: 1, outputTokens: 2, estimated: true },
};

/** A cache that counts one read per `get` and two writes per `put`. */
function setUp(held?: CachedAnswer['body'], id = 's3:answers') {
  const put = vi.fn<QueryCache['put']>(async (_key, _value, _ttlSeconds, options) => {
    options?.onUsage?.({ reads: 0, writes: 2 });
  });
  const get = vi.fn<QueryCache['get']>(async (_key, options) => {
    options?.onUsage?.({ reads: 1, writes: 0 });
    return held && { createdAtMs: 1, body: held };
  });
  const cache: QueryCache = { id, get, put, close: async () => {} };
  const meter = new RequestMeter({
    host: { functionName: 'f', memoryMb: 512, architecture: 'arm64', gateway: 'rest' },
    costOf: () => ({ totalUsd: 0, lines: [], priceTable: 'none' }),
  });
  const switches = { ...DEFAULT_SWITCHES, queryCache: true, queryCacheMinutes: 3 };
  return { path: { cache, meter, switches }, get, put, meter };
}

describe('throughCache', () => {
  it('produces an answer, stores it for the configured minutes, and bills the cache operations', async () => {
    const { path, put, meter } = setUp();
    expect(
      await throughCache(
        path,
        async () => KEY,
        async () => CONTENT,
      ),
    ).toEqual(CONTENT);
    expect(put).toHaveBeenCalledWith(
      expect.stringMatching(/^[0-9a-f]{64}$/),
      { body: { ...CONTENT, index: INDEX }, createdAtMs: expect.any(Number) },
      180,
      { onUsage: expect.any(Function) },
    );
    expect(meter.use.cache).toEqual({ kind: 's3', reads: 1, writes: 2 });
    expect(meter.trace.cached).toBe(false);
  });

  it('bills the cache operations even if producing the answer fails', async () => {
    const { path, put, meter } = setUp();
    const failing = async () => Promise.reject(new Error('no'));
    await expect(throughCache(path, async () => KEY, failing)).rejects.toThrow('no');
    expect(put).not.toHaveBeenCalled();
    expect(meter.use.cache).toEqual({ kind: 's3', reads: 1, writes: 0 });
  });

  it('returns a stored answer with the index version that it came from', async () => {
    const index = { kind: 'snapshot', version: 'v0' };
    const { path, put, meter } = setUp({ ...CONTENT, index });
    const produce = vi.fn(async () => CONTENT);
    expect(await throughCache(path, async () => KEY, produce)).toEqual(CONTENT);
    expect(produce).not.toHaveBeenCalled();
    expect(put).not.toHaveBeenCalled();
    expect(meter.trace).toMatchObject({ cached: true, index });
  });

  it.each([
    ['another shape', { ...CONTENT, citations: 'none' }],
    ['no answer', { ...CONTENT, answer: undefined }],
    ['a citation without a chunk', { ...CONTENT, citations: [{ marker: 1 }] }],
    ['an index without a version', { ...CONTENT, index: { kind: 'snapshot' } }],
  ])('produces a new answer if the stored one has %s', async (_, held) => {
    const { path, meter } = setUp(held);
    expect(
      await throughCache(
        path,
        async () => KEY,
        async () => CONTENT,
      ),
    ).toEqual(CONTENT);
    expect(meter.trace.cached).toBe(false);
  });

  it('bypasses the cache if there are no key parts, if the switch is off, and if no cache is configured', async () => {
    const key = vi.fn(async () => KEY);
    const unnamed = setUp();
    await throughCache(
      unnamed.path,
      async () => undefined,
      async () => CONTENT,
    );
    const off = setUp();
    const switches = { ...off.path.switches, queryCache: false };
    await throughCache({ ...off.path, switches }, key, async () => CONTENT);
    const none = setUp(undefined, 'none');
    await throughCache(none.path, key, async () => CONTENT);
    expect(key).not.toHaveBeenCalled();
    for (const { get, put, meter } of [unnamed, off, none]) {
      expect(get).not.toHaveBeenCalled();
      expect(put).not.toHaveBeenCalled();
      expect(meter.use.cache).toBeUndefined();
    }
  });
});
