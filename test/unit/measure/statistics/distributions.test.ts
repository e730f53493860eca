import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  logGamma,
  studentQuantile,
} from '../../../../src/measure/statistics/distributions.ts';

describe('distributions', () => {
  it("match published quantiles of Student's t", () => {
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.7062, 4);
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.2281, 4);
    expect(studentQuantile(0.95, 5)).toBeCloseTo(2.015, 4);
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(1.95997, 4);
    expect(studentQuantile(0.025, 10)).toBeCloseTo(-2.2281, 4);
    expect(studentQuantile(0.5, 3)).toBe(0);
  });

  it('refuse a probability of 1, and refuse 0 degrees of freedom', () => {
    expect(() => studentQuantile(1, 3)).toThrow(/probability 1 and 3/);
    expect(() => studentQuantile(0.9, 0)).toThrow(/0 degrees/);
  });

  it('match binomial sums (P(X <= 2) for n = 6 and p = 0.3 is a tail of the beta distribution)', () => {
    const binomial = 0.7 ** 6 + 6 * 0.3 * 0.7 ** 5 + 15 * 0.3 ** 2 * 0.7 ** 4;
    expect(1 - betaCdf(0.3, 3, 4)).toBeCloseTo(binomial, 12);
    expect(betaCdf(0, 2, 5)).toBe(0);
    expect(betaCdf(1, 2, 5)).toBe(1);
  });

  it('invert the beta distribution, even with parameters of tens of thousands', () => {
    for (const [probability, a, b] of [
      [0.025, 10.5, 990.5],
      [0.975, 95_000, 5_000],
      [0.5, 0.5, 0.5],
    ] as const)
      expect(betaCdf(betaQuantile(probability, a, b), a, b)).toBeCloseTo(probability, 9);
  });

  it('have a gamma function that matches factorials', () => {
    expect(logGamma(10)).toBeCloseTo(Math.log(362_880), 10);
    expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625609908), 8);
  });
});
