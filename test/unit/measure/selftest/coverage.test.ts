import { describe, expect, it } from 'vitest';
import { COVERED, countCoverage } from '../../../../src/measure/selftest/coverage.ts';
import { KNOWN_PROCESSES } from '../../../../src/measure/selftest/processes.ts';

describe('KNOWN_PROCESSES', () => {
  it.each(KNOWN_PROCESSES)(
    'contains processes whose values have the stated mean and quantiles: $name',
    ({ source, truth }) => {
      const next = source(1);
      const values = Float64Array.from({ length: 400_000 }, () => next()).sort();
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean / truth.mean - 1)).toBeLessThan(0.03);
      expect(Math.abs(values[380_000]! / truth.p95 - 1)).toBeLessThan(0.03);
      expect(Math.abs(values[396_000]! / truth.p99 - 1)).toBeLessThan(0.04);
    },
  );

  it('contains processes whose neighbouring values have the stated correlation', () => {
    const correlation = (process: number): number => {
      const next = KNOWN_PROCESSES[process]!.source(2);
      const logs = Array.from({ length: 20_000 }, () => Math.log(next()));
      const products = logs.slice(1).reduce((sum, value, index) => sum + value * logs[index]!, 0);
      return products / logs.reduce((sum, value) => sum + value ** 2, 0);
    };
    expect(correlation(0)).toBeCloseTo(0, 1);
    expect(correlation(1)).toBeCloseTo(0.8, 1);
  });
});

describe('countCoverage', () => {
  it.each(COVERED)(
    'finds that enough intervals cover the true %s, for independent and correlated processes',
    (statistic) => {
      const runs = 60;
      for (const process of [0, 1]) {
        const count = countCoverage(process, statistic, 0, runs);
        expect(count.converged).toBe(runs);
        // At a coverage of 95 %, the probability that fewer than 51 of 60 intervals cover the value is 0.0002.
        expect(count.covered).toBeGreaterThanOrEqual(51);
      }
    },
  );

  it('returns the same counts for the same runs, even if they are split into several calls', () => {
    const whole = countCoverage(0, 'mean', 0, 20);
    const [first, second] = [countCoverage(0, 'mean', 0, 8), countCoverage(0, 'mean', 8, 12)];
    expect(first.covered + second.covered).toBe(whole.covered);
    expect(first.samples + second.samples).toBe(whole.samples);
  });
});
