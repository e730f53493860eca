import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PeriodicCheck } from '../../../src/core/index.ts';

/** A check that counts its runs, and fails if the test sets an error. */
function controlled() {
  const state = { nowMs: 0, made: 0, error: undefined as Error | undefined };
  const told: unknown[] = [];
  const check = new PeriodicCheck({
    check: async () => {
      state.made += 1;
      await turn();
      if (state.error !== undefined) throw state.error;
    },
    everyMs: 1_000,
    onFailure: (error) => void told.push(error),
    now: () => state.nowMs,
  });
  /** Triggers the check at a given time and waits for it. */
  const at = async (nowMs: number): Promise<void> => {
    state.nowMs = nowMs;
    check.checkInBackground();
    await check.settled();
    await turn();
  };
  return { state, told, check, at };
}

describe('PeriodicCheck', () => {
  it('runs when it is due, and never twice at the same time', async () => {
    const { state, check, at } = controlled();
    await at(999);
    expect(state.made).toBe(0);
    state.nowMs = 1_000;
    check.checkInBackground();
    check.checkInBackground();
    await Promise.all([check.run(), check.run()]);
    expect(state.made).toBe(1);
    await at(1_999);
    expect(state.made).toBe(1);
    await at(2_000);
    expect(state.made).toBe(2);
  });

  it('reports a failure once, and again when it changes or recurs', async () => {
    const { state, told, check, at } = controlled();
    const [first, second] = [new Error('first'), new Error('second')];
    const failures = [first, first, second, undefined, second];
    for (const [index, error] of failures.entries()) {
      state.error = error;
      await at(1_000 * (index + 1));
      expect(check.failure).toBe(error);
    }
    expect(told).toEqual([first, second, second]);
  });

  it('rejects the promise that `run` returned if the check fails', async () => {
    const { state, told, check } = controlled();
    state.error = new Error('no');
    await expect(check.run()).rejects.toThrow('no');
    expect(told).toEqual([]);
  });

  it('is due again after the clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    let made = 0;
    const check = new PeriodicCheck({ everyMs: 1, check: async () => void made++ });
    vi.setSystemTime(Date.now() - 86_400_000);
    await vi.waitFor(() => {
      check.checkInBackground();
      expect(made).toBeGreaterThan(0);
    });
  });
});
