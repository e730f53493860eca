import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive, poolOf, told, until } from '../../../support/function-pool.ts';

describe('execution environments', () => {
  it('run one invocation at a time, and their number equals that of the concurrent requests, up to the limit', async () => {
    const { ask, pool } = await poolOf('plain.handler', { concurrency: 3 });
    const results = await Promise.all(Array.from({ length: 8 }, () => ask({ act: 'sleep', ms: 500 })));
    const kinds = results.map((result) => (result.kind === 'throttled' ? result.reason : result.kind));
    expect(kinds.filter((kind) => kind === 'response')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'concurrency')).toHaveLength(5);
    expect(pool.size).toBe(3);
    expect(await ask({})).toMatchObject({ kind: 'response' });
  });

  it('are added no faster than the scale-up rate; existing ones still accept requests', async () => {
    const { ask } = await poolOf('plain.handler', { concurrency: 10 }, { scaleRate: 2 });
    const results = await Promise.all(Array.from({ length: 5 }, () => ask({ act: 'sleep', ms: 300 })));
    const reasons = results.flatMap((result) => (result.kind === 'throttled' ? [result.reason] : []));
    expect(reasons).toEqual(['scaling', 'scaling', 'scaling']);
    expect(await ask({})).toMatchObject({ kind: 'response' });
  });

  it('end after their idle time; the next request then starts cold', async () => {
    const { ask, pool } = await poolOf('plain.handler', {}, { idleMs: 200 });
    const { pid } = told(await ask({}));
    await until(() => pool.size === 0);
    expect(isAlive(pid)).toBe(false);
    expect(told(await ask({}))).toMatchObject({ invocations: 1 });
  });

  it('end with Runtime.OutOfMemory when they exceed their memory', async () => {
    const { ask, reports } = await poolOf('plain.handler', { memoryMb: 192 });
    const result = await ask({ act: 'hoard' });
    expect(result).toMatchObject({ kind: 'function-error', errorType: 'Runtime.OutOfMemory' });
    expect(told(result).errorMessage).toMatch(/Runtime exited with error: signal: killed$/);
    expect(reports[0]!.maxMemoryMb).toBeGreaterThan(150);
    expect(told(await ask({}))).toMatchObject({ invocations: 1 });
  });

  it('get a processor share that depends on their memory, for example a quarter at 442 MB', async () => {
    const WORK = { act: 'work', ms: 500 };
    const tookMs = async (memoryMb: number): Promise<number> => {
      const { ask, reports } = await poolOf('plain.handler', { memoryMb });
      await ask({});
      await ask(WORK);
      return reports[1]!.durationMs;
    };
    const quarterMs = await tookMs(442);
    // The test checks only a lower bound, because other load on the machine can only prolong the work.
    expect(quarterMs).toBeGreaterThan(0.75 * 4 * WORK.ms);
    const wholeMs = await tookMs(1_769);
    expect(wholeMs).toBeLessThan(quarterMs);
  });

  it('that end while idle cause no error, because the next request uses another environment', async () => {
    const { ask, pool } = await poolOf('plain.handler');
    const { pid } = told(await ask({}));
    process.kill(pid, 'SIGKILL');
    await until(() => pool.size === 0);
    expect(told(await ask({}))).toMatchObject({ invocations: 1 });
  });

  it('end with their pool, whether they are starting, running or idle', async () => {
    const { ask, pool } = await poolOf('plain.handler', { concurrency: 5 });
    const { pid: idle } = told(await ask({}));
    const asked = [ask({ act: 'hang' }), ask({ act: 'hang' }), ask({ act: 'work', ms: 60_000 })];
    await until(() => pool.size === 3);
    await pool.close();
    expect(isAlive(idle)).toBe(false);
    for (const result of await Promise.all(asked)) expect(result.kind).toBe('function-error');
    expect(await ask({})).toEqual({ kind: 'throttled', reason: 'concurrency' });
  });

  it.each(['idle', 'hang', 'stream'])(
    'end when the parent process is killed, whatever they are doing: %s',
    async (what) => {
      const parent = startParent(what);
      const [pids] = (await once(parent.stdout!.setEncoding('utf8'), 'data')) as [string];
      const [pid] = JSON.parse(pids) as [number];
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await until(() => !isAlive(pid));
    },
  );
});

function startParent(what: string): ChildProcess {
  const program = fileURLToPath(new URL('../../../support/pool-process.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--no-warnings', program, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  return parent;
}
