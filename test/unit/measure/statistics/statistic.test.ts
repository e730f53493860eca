import { describe, expect, it } from 'vitest';
import { estimateOf, parseStatistic, quantileShare } from '../../../../src/measure/statistics/statistic.ts';

describe('parseStatistic and estimateOf', () => {
  it('parse the mean, rates and any percentile', () => {
    expect(['mean', 'rate', 'p50', 'p99.9', 'p95.0'].map(parseStatistic)).toEqual([
      'mean',
      'rate',
      'p50',
      'p99.9',
      'p95',
    ]);
    expect(quantileShare('p99.9')).toBe(0.999);
    expect(quantileShare('mean')).toBeUndefined();
  });

  it.each(['p0', 'p100', 'p-5', 'median', '', 'p', 'p95 ', 'P95'])('refuse %j', (name) => {
    expect(() => parseStatistic(name)).toThrow(/is not a statistic/);
  });

  it('estimate the mean, and percentiles by interpolation', () => {
    const values = [4, 1, 3, 2];
    expect(estimateOf(values, 'mean')).toBe(2.5);
    expect(estimateOf(values, 'p50')).toBe(2.5);
    expect(estimateOf(values, 'p90')).toBeCloseTo(3.7, 12);
  });
});
