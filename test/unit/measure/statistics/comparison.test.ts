import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../../src/core/index.ts';
import { compareStatistic } from '../../../../src/measure/statistics/comparison.ts';
import { interval } from '../../../../src/measure/statistics/interval.ts';
import { logNormal, take } from '../../../support/series.ts';

const blocks = (count: number, size: number, next: () => number): Float64Array[] =>
  Array.from({ length: count }, () => take(size, next));

/** Returns pairs of blocks of two equally fast variants. `shared`: how much the speed varies between pairs. */
function pairs(seed: number, count: number, shared: number): [Float64Array[], Float64Array[]] {
  const random = seededRandom(seed);
  const all: [Float64Array[], Float64Array[]] = [[], []];
  for (let block = 0; block < count; block++) {
    const level = Math.exp(shared * gaussian(random));
    for (const side of all) side.push(take(50, () => level * Math.exp(0.1 * gaussian(random))));
  }
  return all;
}

describe('compareStatistic', () => {
  it('finds a ratio of 1.2 to be significant for mean and p95', () => {
    const a = blocks(20, 200, logNormal(1));
    const slower = logNormal(2);
    const b = blocks(20, 200, () => 1.2 * slower());
    for (const statistic of ['mean', 'p95'] as const) {
      const found = compareStatistic(a, b, statistic);
      expect(found).toMatchObject({ by: 'ratio', significant: true, reliable: true });
      expect(found.estimate).toBeCloseTo(found.b / found.a, 12);
      expect(found.low).toBeLessThan(1.2);
      expect(found.high).toBeGreaterThan(1.2);
    }
  });

  it('finds two samples of the same variant to be different in about 1 of 20 comparisons', () => {
    let significant = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const [a, b] = [blocks(10, 100, logNormal(seed)), blocks(10, 100, logNormal(seed + 10_000))];
      if (compareStatistic(a, b, 'mean').significant) significant++;
    }
    expect(significant / 400).toBeGreaterThan(0.02);
    expect(significant / 400).toBeLessThan(0.08);
  });

  it('compares success rates by their difference', () => {
    const a = [new Float64Array(1_000).fill(1)];
    const b = [Float64Array.from({ length: 1_000 }, (_, index) => (index % 10 === 0 ? 0 : 1))];
    const found = compareStatistic(a, b, 'rate');
    expect(found).toMatchObject({ by: 'difference', a: 1, b: 0.9, significant: true });
    expect(found.estimate).toBeCloseTo(-0.1, 12);
    expect(found.high).toBeLessThan(-0.06);
    expect(compareStatistic(a, a, 'rate')).toMatchObject({ estimate: 0, significant: false });
  });

  it('computes each end of the difference from the opposite ends of the intervals of A and B (Newcombe, 1998)', () => {
    const share = (good: number) =>
      Float64Array.from({ length: 500 }, (_, index) => (index % 50 < good ? 1 : 0));
    const [a, b] = [share(49), share(46)];
    const [ofA, ofB] = [interval(a, 'rate'), interval(b, 'rate')];
    const { low, high } = compareStatistic([a], [b], 'rate');
    expect(low).toBeCloseTo(-0.06 - Math.hypot(ofB.estimate - ofB.low, ofA.high - ofA.estimate), 12);
    expect(high).toBeCloseTo(-0.06 + Math.hypot(ofB.high - ofB.estimate, ofA.estimate - ofA.low), 12);
    // Intervals of shares near 1 are not symmetric, so the interval of the difference is not either.
    expect(Math.abs(-0.06 - low - (high + 0.06))).toBeGreaterThan(0.001);
  });

  it('narrows the interval for paired blocks if their speeds are correlated', () => {
    const [a, b] = pairs(1, 40, 0.5);
    const [alone, paired] = [
      compareStatistic(a, b, 'mean'),
      compareStatistic(a, b, 'mean', { paired: true }),
    ];
    expect(paired.high - paired.low).toBeLessThan(0.5 * (alone.high - alone.low));
    expect(paired.method).toMatch(/pairs of blocks/);
    expect(paired.estimate).toBe(alone.estimate);
  });

  it('covers the true ratio of 1 in at least 93 % of paired comparisons', () => {
    let covered = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { low, high } = compareStatistic(...pairs(seed, 30, 0.3), 'mean', { paired: true });
      if (low <= 1 && 1 <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThanOrEqual(0.93);
  });

  it('does not narrow the interval for uncorrelated pairs', () => {
    const [a, b] = pairs(3, 20, 0);
    expect(compareStatistic(a, b, 'mean', { paired: true }).method).toBe('MOVER, independent');
  });

  it('finds no significant difference if a variant has too few values for the quantile', () => {
    const next = logNormal(7);
    const found = compareStatistic([take(60, next)], [take(60, () => 9 * next())], 'p99');
    expect(found).toMatchObject({ significant: false, reliable: false });
    expect(found.reason).toMatch(/p99 needs about/);
  });

  it('returns an infinite upper end of the ratio if the interval of A reaches 0', () => {
    const found = compareStatistic([[0.1, 9, 0.2, 0.1]], [[5, 6, 5, 6]], 'mean', { minEffectiveSize: 2 });
    expect(found.low).toBeGreaterThan(0);
    expect(found.high).toBe(Number.POSITIVE_INFINITY);
  });

  it('skips pairs in which a variant answered nothing', () => {
    const [a, b] = pairs(1, 40, 0.5);
    const gaps = a.map((block, index) => (index % 4 === 0 ? new Float64Array(0) : block));
    const { method, low, high } = compareStatistic(gaps, b, 'mean', { paired: true });
    expect(method).toMatch(/pairs of blocks correlated by at least 0\.[89]/);
    expect(low).toBeLessThan(high);
  });

  it('refuses unequal numbers of pairs and ratios of values that are not positive', () => {
    const next = logNormal(1);
    expect(() => compareStatistic(blocks(2, 9, next), blocks(3, 9, next), 'mean', { paired: true })).toThrow(
      /A has 2 blocks and B 3/,
    );
    expect(() => compareStatistic([new Float64Array(9)], blocks(1, 9, next), 'mean')).toThrow(
      /positive values/,
    );
  });
});
