import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/index.ts';
import { interval, intervals } from '../../../../src/measure/statistics/interval.ts';
import type { Statistic } from '../../../../src/measure/statistics/statistic.ts';
import { logNormal, queueWaits, take } from '../../../support/series.ts';

/** Returns the share of seeded series whose interval contains the true value. */
function coverage(
  statistic: Statistic,
  truth: number,
  runs: number,
  length: number,
  source: (seed: number) => () => number,
): number {
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const { low, high } = interval(take(length, source(run + 1)), statistic);
    if (low <= truth && truth <= high) covered++;
  }
  return covered / runs;
}

describe('interval', () => {
  it('returns the t interval of a mean for few values', () => {
    // The mean is 3, its standard error 0.7071, and t is 2.7764 for 4 degrees of freedom. The skewness is 0.
    const found = interval([1, 4, 3, 2, 5], 'mean');
    expect(found.estimate).toBe(3);
    expect(found.low).toBeCloseTo(3 - 2.7764 * Math.sqrt(0.5), 3);
    expect(found.high).toBeCloseTo(3 + 2.7764 * Math.sqrt(0.5), 3);
    expect(found.relativeWidth).toBeCloseTo((found.high - found.low) / 6, 12);
  });

  it('shifts the interval of the mean of skewed values towards their tail', () => {
    const { estimate, low, high } = interval(take(400, logNormal(8, { deviation: 1 })), 'mean');
    expect(high - estimate).toBeGreaterThan(1.15 * (estimate - low));
    // A skewness of 2.236 gives a beta of 1 / 6. A kurtosis of 3.25 gives 8 / 2.25 = 3.556 degrees of freedom,
    // for which t is 2.9188.
    const few = interval([1, 1, 1, 1, 6], 'mean');
    const adjusted = (z: number): number => 3 * (Math.cbrt(1 + z - 1 / 6) - 1);
    expect(few.low).toBeCloseTo(2 - adjusted(2.9188), 3);
    expect(few.high).toBeCloseTo(2 - adjusted(-2.9188), 3);
  });

  it('returns the Jeffreys interval for a rate of independent outcomes', () => {
    const random = seededRandom(3);
    const outcomes = take(2_000, () => (random() < 0.04 ? 1 : 0));
    const { estimate, low, high, effectiveSize } = interval(outcomes, 'rate');
    const error = Math.sqrt((estimate * (1 - estimate)) / effectiveSize);
    expect(estimate).toBe(outcomes.reduce((sum, value) => sum + value, 0) / 2_000);
    expect(low).toBeGreaterThan(estimate - 2.3 * error);
    expect(low).toBeLessThan(estimate - 1.6 * error);
    expect(high).toBeLessThan(estimate + 2.5 * error);
    expect(high).toBeGreaterThan(estimate + 1.8 * error);
  });

  it('returns one-sided intervals for rates of 0 and of 1', () => {
    const never = interval(new Float64Array(1_000), 'rate');
    expect(never).toMatchObject({ estimate: 0, low: 0 });
    // The 97.5 % quantile of Beta(0.5, 1000.5).
    expect(never.high).toBeCloseTo(0.00251, 4);
    const always = interval(new Float64Array(1_000).fill(1), 'rate');
    expect(always).toMatchObject({ estimate: 1, high: 1 });
    expect(always.low).toBeCloseTo(1 - never.high, 9);
  });

  it('widens the interval of an error rate if errors occur in runs', () => {
    const runs = Float64Array.from({ length: 4_000 }, (_, index) => (index % 400 < 40 ? 1 : 0));
    const spread = Float64Array.from({ length: 4_000 }, (_, index) => (index % 10 === 0 ? 1 : 0));
    expect(interval(runs, 'rate').relativeWidth).toBeGreaterThan(3 * interval(spread, 'rate').relativeWidth);
  });

  it.each([
    ['mean', Math.exp(0.125)],
    ['p50', 1],
    ['p95', Math.exp(0.5 * 1.644854)],
    ['p99', Math.exp(0.5 * 2.326348)],
  ] as const)('covers the %s of independent log-normal values at the nominal level', (statistic, truth) => {
    const share = coverage(statistic, truth, 400, 8_000, (seed) => logNormal(seed));
    expect(share).toBeGreaterThanOrEqual(0.925);
    expect(share).toBeLessThanOrEqual(0.98);
  });

  it.each([
    ['mean', Math.exp(0.125)],
    ['p95', Math.exp(0.5 * 1.644854)],
    ['p99', Math.exp(0.5 * 2.326348)],
  ] as const)('covers the %s of correlated log-normal values at the nominal level', (statistic, truth) => {
    const share = coverage(statistic, truth, 200, 20_000, (seed) => logNormal(seed, { phi: 0.8 }));
    expect(share).toBeGreaterThanOrEqual(0.92);
    expect(share).toBeLessThanOrEqual(0.985);
  });

  it('gives queueing times a smaller effective size than independent values', () => {
    const waits = interval(take(50_000, queueWaits(5, 0.7)), 'mean');
    // The long-run variance of M/M/1 waits at a load of 0.7 is 33 times their variance (Daley, 1968).
    expect(waits.n / waits.effectiveSize).toBeGreaterThan(20);
    expect(waits.n / waits.effectiveSize).toBeLessThan(60);
    expect(interval(take(50_000, logNormal(5)), 'mean').effectiveSize).toBeGreaterThan(30_000);
  });

  it('reports that there are too few values for a quantile, and how many it needs', () => {
    const found = interval(take(300, logNormal(1)), 'p99');
    expect(found.reliable).toBe(false);
    expect(found.reason).toMatch(/p99 needs about \d+ values of this series; there are 300/);
    expect(interval(take(300, logNormal(1)), 'p50').reliable).toBe(true);
  });

  it('reports that a growing series has no steady mean', () => {
    const growing = Float64Array.from({ length: 2_000 }, (_, index) => index);
    expect(interval(growing, 'mean')).toMatchObject({ reliable: false });
    expect(interval(growing, 'p50')).toMatchObject({ reliable: false });
  });

  it('has a width of 0 for a constant series, and is reliable with enough values', () => {
    const constant = new Float64Array(4_000).fill(12.5);
    for (const found of intervals(constant, ['mean', 'p50', 'p99'])) {
      expect(found).toMatchObject({
        estimate: 12.5,
        low: 12.5,
        high: 12.5,
        relativeWidth: 0,
        reliable: true,
      });
    }
    expect(interval(constant.subarray(0, 100), 'p99').reliable).toBe(false);
  });

  it('is not reliable for too few values, and states a reason', () => {
    for (const statistic of ['mean', 'p50', 'rate'] as const)
      expect(interval([1], statistic)).toMatchObject({ estimate: 1, n: 1, reliable: statistic === 'rate' });
    expect(interval([1], 'rate').low).toBeLessThan(0.2);
    expect(interval([3, 3, 3], 'mean').reason).toBe('a mean needs 30 effective values; there are 3');
    expect(interval([3, 3, 3], 'mean', { minEffectiveSize: 3 }).reliable).toBe(true);
  });

  it('has a width of 0 if the quantile lies well within a group of equal values', () => {
    const values = Float64Array.from({ length: 2_000 }, (_, index) => (index % 10 === 7 ? 800 : 200));
    expect(interval(values, 'p50')).toMatchObject({ low: 200, high: 200, reliable: true });
    expect(interval(values, 'p95')).toMatchObject({ low: 800, high: 800, reliable: true });
    // A quantile at the edge between two tied values may be either of them.
    expect(interval(values, 'p90')).toMatchObject({ low: 200, high: 800 });
  });

  it('is not reliable if errors occurred in fewer than five runs', () => {
    const runs = Float64Array.from({ length: 2_000 }, (_, index) => (index % 1_000 < 40 ? 1 : 0));
    expect(interval(runs, 'rate')).toMatchObject({ reliable: false });
    const few = Float64Array.from({ length: 2_000 }, (_, index) => (index % 1_000 === 17 ? 1 : 0));
    expect(interval(few, 'rate')).toMatchObject({ reliable: true });
    expect(interval(few, 'rate').high).toBeLessThan(0.005);
  });

  it('is wider at a higher confidence level', () => {
    const values = take(2_000, logNormal(9));
    for (const statistic of ['mean', 'p95'] as const) {
      const widths = [0.8, 0.95, 0.99].map((level) => interval(values, statistic, { level }).relativeWidth);
      expect(widths).toEqual([...widths].sort((a, b) => a - b));
      expect(new Set(widths).size).toBe(3);
    }
  });

  it('refuses non-finite values, rates of values other than 0 and 1, and an empty series', () => {
    expect(() => interval([1, Number.NaN, 2], 'mean')).toThrow(/Value 1 is NaN/);
    expect(() => interval([0, 1, 0.5], 'rate')).toThrow(/Value 2 of a rate is 0.5/);
    expect(() => interval([], 'mean')).toThrow(/no values to estimate from/);
    expect(() => interval([1, 2], 'mean', { level: 95 })).toThrow(/level of an interval is 95/);
  });
});
