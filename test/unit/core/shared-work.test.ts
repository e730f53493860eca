import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../../src/core/index.ts';

/** Work that the test completes; it records how often it was started and whether it was aborted. */
function workUnderControl() {
  const begun: AbortSignal[] = [];
  let end: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const start = (signal: AbortSignal): Promise<string> => {
    begun.push(signal);
    return new Promise((resolve, reject) => {
      [end, fail] = [resolve, reject];
      signal.addEventListener('abort', () => reject(new Error('given up')));
    });
  };
  return { begun, start, end: (value: string) => end(value), fail: (error: Error) => fail(error) };
}

describe('SharedWork', () => {
  it('runs once and keeps its result', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    const all = [1, 2, 3].map(() => shared.get(undefined, work.start));
    await turn();
    work.end('done');
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
    expect(await shared.get(undefined, work.start)).toBe('done');
    expect(work.begun).toHaveLength(1);
    shared.forget();
    expect(shared.result).toBeUndefined();
  });

  it('continues for the other callers when one is aborted, even the first', async () => {
    const [shared, work, abort] = [new SharedWork<string>(), workUnderControl(), new AbortController()];
    const first = shared.get(abort.signal, work.start);
    const other = shared.get(new AbortController().signal, work.start);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(work.begun[0]?.aborted).toBe(false);
    work.end('done');
    expect(await other).toBe('done');
  });

  it('is aborted when all callers are aborted, and starts again for the next caller', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    const aborts = [new AbortController(), new AbortController()];
    const waiting = aborts.map(({ signal }) => shared.get(signal, work.start));
    for (const abort of aborts) abort.abort();
    for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(work.begun[0]?.aborted).toBe(true);
    const next = shared.get(undefined, work.start);
    work.end('done');
    expect(await next).toBe('done');
    expect(work.begun).toHaveLength(2);
  });

  it('rejects all waiting callers on failure, and tries again for the next caller', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    const waiting = [shared.get(undefined, work.start), shared.get(new AbortController().signal, work.start)];
    work.fail(new Error('no'));
    for (const each of waiting) await expect(each).rejects.toThrow('no');
    const next = shared.get(undefined, work.start);
    work.end('done');
    expect(await next).toBe('done');
  });

  it('does not start for a caller that is already aborted', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    await expect(shared.get(AbortSignal.abort(), work.start)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(work.begun).toEqual([]);
  });

  it('continues the new work when old work, discarded by `forget`, completes, fails or is aborted', async () => {
    for (const ending of ['end', 'fail', 'abort'] as const) {
      const shared = new SharedWork<string>();
      const [old, work, abort] = [workUnderControl(), workUnderControl(), new AbortController()];
      const first = shared.get(abort.signal, old.start).catch(() => 'failed');
      shared.forget();
      const second = shared.get(undefined, work.start);
      const underWay = shared.result;
      expect(underWay).toBeDefined();
      if (ending === 'end') old.end('old');
      if (ending === 'fail') old.fail(new Error('no'));
      if (ending === 'abort') abort.abort();
      await first;
      await turn();
      expect(shared.result).toBe(underWay);
      work.end('new');
      expect(await second).toBe('new');
      expect(await shared.result).toBe('new');
    }
  });

  it('has no result after a failure, and removes its abort listeners once it is done', async () => {
    const [shared, work, abort] = [new SharedWork<string>(), workUnderControl(), new AbortController()];
    expect(shared.result).toBeUndefined();
    const failed = shared.get(undefined, work.start);
    work.fail(new Error('no'));
    await expect(failed).rejects.toThrow('no');
    expect(shared.result).toBeUndefined();
    const done = shared.get(abort.signal, work.start);
    work.end('done');
    expect(await done).toBe('done');
    abort.abort();
    expect(work.begun.at(-1)?.aborted).toBe(false);
    expect(await shared.get(abort.signal, work.start)).toBe('done');
  });
});
