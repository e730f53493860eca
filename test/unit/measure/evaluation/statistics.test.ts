import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  latencyQuantiles,
  mean,
  pairedDifference,
  quantile,
  seededRandom,
} from '../../../../src/measure/index.ts';

const draws = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seeded random numbers', () => {
  it('are the same for the same seed and different for the next seed', () => {
    expect(draws(7, 5)).toEqual(draws(7, 5));
    expect(draws(7, 5)).not.toEqual(draws(8, 5));
  });

  it('are uniformly distributed in [0, 1)', () => {
    const values = draws(1, 100_000);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    const tenths = new Array<number>(10).fill(0);
    for (const value of values) tenths[Math.floor(value * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('quantiles', () => {
  it('are interpolated between the nearest values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  });

  it('are computed by numeric order, and leave the list unchanged', () => {
    const values = [100, 9, 20];
    expect(latencyQuantiles(values)).toEqual({ p50: 20, p95: 92, p99: 98.4 });
    expect(values).toEqual([100, 9, 20]);
  });

  it('cause an error, instead of being NaN, for an empty list and for a share out of range', () => {
    expect(() => quantile([], 0.5)).toThrow('no values');
    expect(() => mean([])).toThrow('no values');
    expect(() => quantile([1], 1.5)).toThrow('1.5');
  });
});

describe('bootstrap intervals', () => {
  it('are reproducible and have the theoretical width', () => {
    const values = draws(3, 400);
    const [low, high] = bootstrapInterval(values);
    expect(bootstrapInterval(values)).toEqual([low, high]);
    const error = Math.sqrt(1 / 12 / values.length);
    expect(high - low).toBeGreaterThan(2 * 1.96 * error * 0.85);
    expect(high - low).toBeLessThan(2 * 1.96 * error * 1.15);
    expect(low < mean(values) && mean(values) < high).toBe(true);
  });

  it('cover the true mean in about 95 of 100 cases', () => {
    let covered = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const [low, high] = bootstrapInterval(draws(seed, 60), { resamples: 300, seed });
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThan(0.985);
  });

  it('have a width of 0 if all values are equal', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
  });
});

describe('paired differences', () => {
  it('are B - A, with the wins, ties and losses of B', () => {
    const result = pairedDifference([0, 1, 0.5, 0.5], [1, 0, 0.5, 0.9], 'higher');
    expect(result).toMatchObject({ meanA: 0.5, wins: 2, ties: 1, losses: 1 });
    expect(result.difference).toBeCloseTo(0.1, 12);
  });

  it('count a smaller value as a win if lower is better', () => {
    expect(pairedDifference([10, 10], [5, 20], 'lower')).toMatchObject({
      wins: 1,
      losses: 1,
      difference: 2.5,
    });
  });

  it('detect a small constant difference that the variance of the values would hide', () => {
    const a = draws(5, 200);
    const b = a.map((value) => value + 0.01);
    const { interval } = pairedDifference(a, b, 'higher');
    expect(interval[0]).toBeCloseTo(0.01, 9);
    expect(interval[1]).toBeCloseTo(0.01, 9);
  });

  it('are refused for lists of different lengths', () => {
    expect(() => pairedDifference([1], [1, 2], 'higher')).toThrow('A has 1 values and B 2');
  });
});
