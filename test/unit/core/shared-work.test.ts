import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../../src/core/index.ts';

/** Work that ends when told to, and remembers how often it was begun and whether it was given up. */
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

describe('work that is shared', () => {
  it('is done once, and its result kept', async () => {
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

  it('goes on for the others when one of those who wait is aborted, the first among them', async () => {
    const [shared, work, abort] = [new SharedWork<string>(), workUnderControl(), new AbortController()];
    const first = shared.get(abort.signal, work.start);
    const other = shared.get(new AbortController().signal, work.start);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(work.begun[0]?.aborted).toBe(false);
    work.end('done');
    expect(await other).toBe('done');
  });

  it('is given up when all who wait are aborted, and begins anew for the next', async () => {
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

  it('tells a failure to all who wait, and tries again for the next', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    const waiting = [shared.get(undefined, work.start), shared.get(new AbortController().signal, work.start)];
    work.fail(new Error('no'));
    for (const each of waiting) await expect(each).rejects.toThrow('no');
    const next = shared.get(undefined, work.start);
    work.end('done');
    expect(await next).toBe('done');
  });

  it('does not begin for one who is aborted already', async () => {
    const [shared, work] = [new SharedWork<string>(), workUnderControl()];
    await expect(shared.get(AbortSignal.abort(), work.start)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(work.begun).toEqual([]);
  });
});
