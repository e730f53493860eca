import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isAlive, poolOf, told, until } from '../../../support/function-pool.ts';

const WAIT_MS = 400;
const isStopped = (pid: number): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('environments that freeze', () => {
  const ticksOf = async (freezes: boolean): Promise<{ ticks: number; pid: number }> => {
    const { ask } = await poolOf('plain.handler', { memoryMb: 884 }, { freezes });
    const { pid, ticks } = told(await ask({ act: 'tick' }));
    if (freezes) await until(() => isStopped(pid));
    await sleep(WAIT_MS);
    const after = told(await ask({}));
    expect(after).toMatchObject({ pid, invocations: 2 });
    return { ticks: after.ticks - ticks, pid };
  };

  it('run nothing between invocations', async () => {
    expect((await ticksOf(false)).ticks).toBeGreaterThan(20);
    expect((await ticksOf(true)).ticks).toBeLessThan(20);
  });

  it('answer many requests in sequence, then concurrent ones', async () => {
    const { ask, pool } = await poolOf('plain.handler', { concurrency: 3 }, { freezes: true });
    for (let count = 1; count <= 30; count++)
      expect(told(await ask({}))).toMatchObject({ invocations: count });
    const all = await Promise.all(Array.from({ length: 3 }, () => ask({ act: 'sleep', ms: 100 })));
    expect(all.map(({ kind }) => kind)).toEqual(Array(3).fill('response'));
    expect(pool.size).toBe(3);
  });

  it('also freeze after errors and streams', async () => {
    const { ask } = await poolOf('plain.handler', {}, { freezes: true });
    const { pid } = told(await ask({}));
    expect(await ask({ act: 'throw' })).toMatchObject({ kind: 'function-error' });
    await until(() => isStopped(pid));
    expect(told(await ask({}))).toMatchObject({ pid, invocations: 3 });
  });

  it('end after their idle time and when their pool closes', async () => {
    const { ask, pool } = await poolOf('plain.handler', {}, { freezes: true, idleMs: 200 });
    const { pid } = told(await ask({}));
    await until(() => pool.size === 0);
    expect(isAlive(pid)).toBe(false);
    const next = told(await ask({}));
    await until(() => isStopped(next.pid));
    await pool.close();
    expect(isAlive(next.pid)).toBe(false);
  });
});
