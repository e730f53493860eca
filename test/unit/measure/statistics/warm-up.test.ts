import { describe, expect, it } from 'vitest';
import { detectWarmUp } from '../../../../src/measure/statistics/warm-up.ts';
import { logNormal, queueWaits, take } from '../../../support/series.ts';

/** Returns values that start at `times` times their final level and approach it with the constant `decay`. */
const settling = (length: number, times: number, decay: number, seed: number): Float64Array => {
  const next = logNormal(seed, { deviation: 0.3 });
  return Float64Array.from({ length }, (_, index) => next() * (1 + (times - 1) * Math.exp(-index / decay)));
};

describe('detectWarmUp', () => {
  it('cuts the start of a series whose latency decreases gradually', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { cut, settled } = detectWarmUp(settling(4_000, 5, 100, seed));
      expect(settled).toBe(true);
      expect(cut).toBeGreaterThanOrEqual(100);
      expect(cut).toBeLessThanOrEqual(600);
    }
  });

  it('cuts the start of a series whose latency drops suddenly, accurate to two batches', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = logNormal(seed, { deviation: 0.3 });
      const values = Float64Array.from({ length: 2_000 }, (_, index) => next() * (index < 300 ? 3 : 1));
      expect(Math.abs(detectWarmUp(values).cut - 300)).toBeLessThanOrEqual(10);
    }
  });

  it('cuts nothing from a steady series in 99 of 100 cases, even if its values are correlated', () => {
    for (const source of [
      (seed: number) => logNormal(seed, { deviation: 1 }),
      (seed: number) => logNormal(seed, { phi: 0.9 }),
      (seed: number) => queueWaits(seed, 0.7),
    ]) {
      let cuts = 0;
      for (let seed = 1; seed <= 200; seed++) if (detectWarmUp(take(3_000, source(seed))).cut > 0) cuts++;
      expect(cuts).toBeLessThanOrEqual(4);
    }
  });

  it('ignores a single slow request at the start', () => {
    const values = take(2_000, logNormal(4));
    values[3] = 10_000;
    expect(detectWarmUp(values).cut).toBe(0);
  });

  it('does not exceed the maximum cut, and reports that the series has not settled', () => {
    const { cut, settled } = detectWarmUp(settling(4_000, 20, 3_000, 1), 0.1);
    expect(cut).toBe(400);
    expect(settled).toBe(false);
  });

  it('cuts nothing from a constant series or from few values', () => {
    expect(detectWarmUp(new Float64Array(5_000).fill(3))).toEqual({ cut: 0, settled: true });
    expect(detectWarmUp(Float64Array.of(9, 1, 1))).toEqual({ cut: 0, settled: true });
  });
});
