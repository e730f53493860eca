import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PreciseClock } from '../../../../../src/measure/experiment/load/clock.ts';

describe('PreciseClock', () => {
  let clock: PreciseClock;
  beforeAll(async () => {
    clock = await PreciseClock.start();
  });
  afterAll(() => clock.close());

  it('fires every alarm once, in chronological order and never too early', async () => {
    const start = clock.now();
    const rung: { readonly wanted: number; readonly at: number }[] = [];
    await new Promise<void>((resolve) => {
      for (const wanted of [30, 10.5, 20, 10.25, 0]) {
        clock.at(start + wanted, () => {
          rung.push({ wanted, at: clock.now() - start });
          if (rung.length === 5) resolve();
        });
      }
    });
    expect(rung.map(({ wanted }) => wanted)).toEqual([0, 10.25, 10.5, 20, 30]);
    for (const { wanted, at } of rung) expect(at).toBeGreaterThanOrEqual(wanted);
  });

  it('fires an alarm that another alarm sets', async () => {
    let count = 0;
    await new Promise<void>((resolve) => {
      const again = (): void => {
        if (++count === 50) resolve();
        else clock.at(clock.now() + 0.2, again);
      };
      again();
    });
    expect(count).toBe(50);
  });

  it('does not fire a cancelled alarm', async () => {
    const rung: string[] = [];
    const start = clock.now();
    const cancel = clock.at(start + 5, () => rung.push('cancelled'));
    const cancelWait = clock.after(5, () => rung.push('cancelled'));
    cancel();
    cancelWait();
    await new Promise<void>((resolve) => clock.at(start + 15, resolve));
    expect(rung).toEqual([]);
  });
});
