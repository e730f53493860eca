import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../../src/core/index.ts';
import { clusterMean } from '../../../../src/measure/index.ts';

describe('clusterMean', () => {
  it('weights blocks by their number of values', () => {
    const found = clusterMean([
      { count: 3, total: 6 },
      { count: 1, total: 6 },
      { count: 0, total: 0 },
    ])!;
    expect(found).toMatchObject({ estimate: 3, n: 4, clusters: 2 });
    // The residuals of the blocks are -3 and 3, so the half width is t(0.975, 1) x sqrt(18 x 2 / 1) / 4.
    expect(found.high - 3).toBeCloseTo((12.7062 * 6) / 4, 3);
  });

  it('returns an unbounded interval for a single block, and undefined if there are no blocks', () => {
    expect(clusterMean([{ count: 5, total: 10 }])).toMatchObject({ low: -Infinity, high: Infinity });
    expect(clusterMean([])).toBeUndefined();
  });

  it('covers the true mean in 95 % of runs, even if values within a block are correlated', () => {
    const random = seededRandom(1);
    let held = 0;
    for (let run = 0; run < 1_000; run++) {
      const sums = Array.from({ length: 12 }, () => {
        const common = gaussian(random);
        const count = 20 + Math.floor(20 * random());
        const values = Array.from({ length: count }, () => 10 + common + gaussian(random));
        return { count, total: values.reduce((sum, value) => sum + value, 0) };
      });
      const { low, high } = clusterMean(sums)!;
      if (low <= 10 && high >= 10) held += 1;
    }
    expect(held).toBeGreaterThan(925);
    expect(held).toBeLessThan(975);
  });
});
