import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaveCounter } from '../../../src/core/index.ts';

/** The size of the largest set of non-overlapping intervals, found by trying every subset. */
function mostDisjoint(intervals: readonly (readonly [number, number])[]): number {
  let most = 0;
  for (let subset = 0; subset < 1 << intervals.length; subset++) {
    const chosen = intervals
      .filter((_, index) => subset & (1 << index))
      .sort((left, right) => left[0] - right[0]);
    if (chosen.every(([start], index) => index === 0 || start > chosen[index - 1]![1]))
      most = Math.max(most, chosen.length);
  }
  return most;
}

describe('waves of requests', () => {
  it('are counted as the size of the largest set of non-overlapping requests', () => {
    const schedules = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(schedules, (raw) => {
        const intervals = raw.map(
          ([left, right]) => [Math.min(left, right) * 2, Math.max(left, right) * 2 + 1] as const,
        );
        const counter = new WaveCounter();
        const starts = new Map<number, number>();
        for (let time = 0; time < 24; time++) {
          for (const [index, [start, stop]] of intervals.entries()) {
            if (stop === time) counter.ended(starts.get(index)!);
            if (start === time) starts.set(index, counter.started());
          }
        }
        expect(counter.waves).toBe(mostDisjoint(intervals));
        counter.reset();
        expect(counter.waves).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
