import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from '../../../../src/io/remote/index.ts';

describe('mapConcurrently', () => {
  it('returns results in the order of the items and never exceeds the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, limit) => {
          let running = 0;
          let most = 0;
          const results = await mapConcurrently(turns, limit, async (turn, index) => {
            most = Math.max(most, ++running);
            for (let step = 0; step < turn; step++) await Promise.resolve();
            running--;
            return index;
          });
          expect(results).toEqual(turns.map((_, index) => index));
          expect(most).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  it('throws the first failure, starts no further tasks and aborts running tasks', async () => {
    const started: number[] = [];
    let aborted = false;
    const run = mapConcurrently([0, 1, 2, 3, 4], 2, async (item, _index, signal) => {
      started.push(item);
      if (item === 1) throw new Error('first');
      await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
      aborted = true;
      throw new Error('second');
    });
    await expect(run).rejects.toThrow('first');
    expect(started).toEqual([0, 1]);
    expect(aborted).toBe(true);
  });

  it('returns an empty list for no items', async () => {
    expect(await mapConcurrently([], 4, async () => 1)).toEqual([]);
  });
});
