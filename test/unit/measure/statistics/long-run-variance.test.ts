import { describe, expect, it } from 'vitest';
import { longRunVariance } from '../../../../src/measure/statistics/long-run-variance.ts';
import { logNormal, take } from '../../../support/series.ts';

const of = (...values: number[]) => longRunVariance((index) => values[index]!, values.length);

describe('longRunVariance', () => {
  it('is the sample variance if each value is a batch', () => {
    const { variance, batches, degreesOfFreedom, skewness } = of(1, 4, 3, 2, 5);
    expect({ variance, batches, degreesOfFreedom }).toEqual({
      variance: 2.5,
      batches: 5,
      degreesOfFreedom: 4,
    });
    expect(skewness).toBeCloseTo(0, 12);
  });

  it('grows by the factor (1 + r) / (1 - r) if neighbouring batches have the correlation r', () => {
    // The sum of squares is 2 and that of the products of neighbours is 6 x 0.25 - 0.25 = 1.25, so r is
    // 1.25 / 2 + 1 / 8 = 0.75 and the variance is 2 / 7 x 1.75 / 0.25 = 2.
    const { variance, correlation, degreesOfFreedom } = of(0, 0, 0, 0, 1, 1, 1, 1);
    expect(correlation).toBeCloseTo(0.75, 12);
    expect(variance).toBeCloseTo(2, 12);
    expect(degreesOfFreedom).toBeCloseTo(7 / 3, 12);
  });

  it('never shrinks because of a negative correlation', () => {
    expect(of(0, 1, 0, 1, 0, 1, 0, 1)).toMatchObject({ variance: 2 / 7, degreesOfFreedom: 7 });
  });

  it('has fewer degrees of freedom if one batch dominates', () => {
    // The kurtosis is (7 / 8^4 + (7 / 8)^4) / 8 / 0.109375^2 = 6.143, which is 3.143 more than a normal's 3.
    const { degreesOfFreedom, skewness } = of(0, 0, 0, 1, 0, 0, 0, 0);
    expect(degreesOfFreedom).toBeCloseTo((7 * 2) / (2 + 22 / 7), 9);
    expect(skewness).toBeCloseTo(Math.sqrt(8), 9);
  });

  it('divides the values into at most 24 batches', () => {
    expect(of(...Array.from({ length: 16 }, (_, index) => 1 + 2 * (index % 2)))).toMatchObject({
      batches: 8,
      variance: 0,
    });
    const long = take(10_000, logNormal(1));
    expect(longRunVariance((index) => long[index]!, long.length).batches).toBe(24);
  });

  it('is 0 for a constant series, even of large values', () => {
    expect(of(1e9 + 0.1, 1e9 + 0.1, 1e9 + 0.1)).toMatchObject({ variance: 0, correlation: 0 });
  });

  it('is about (1 + phi) / (1 - phi) times the variance of an autoregressive series', () => {
    const logs = take(200_000, logNormal(2, { phi: 0.8, deviation: 1 })).map(Math.log);
    const { variance } = longRunVariance((index) => logs[index]!, logs.length);
    // With 23 degrees of freedom, the standard error of the variance is 30 %.
    expect(variance).toBeGreaterThan(9 * 0.5);
    expect(variance).toBeLessThan(9 * 2);
  });
});
