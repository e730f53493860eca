import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../../src/core/index.ts';
import { quantile } from '../../../../src/measure/index.ts';
import {
  blockLengthOf,
  type ServiceSample,
  ServiceTimes,
} from '../../../../src/measure/simulation/service/service-times.ts';

const samplesOf = (values: readonly number[]): ServiceSample[] =>
  values.map((runMs) => ({ initMs: 0, runMs, isError: false }));

function drawn(times: ServiceTimes, count: number): number[] {
  return Array.from({ length: count }, () => {
    times.draw();
    return times.initMs + times.runMs;
  });
}

const lognormal = (count: number, seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 50 * Math.exp(0.4 * gaussian(random)));
};

/** Returns values whose neighbours have the correlation `share`. */
const autoregressive = (count: number, share: number, seed: number): number[] => {
  const random = seededRandom(seed);
  let state = 0;
  return Array.from({ length: count }, () => {
    state = share * state + Math.sqrt(1 - share ** 2) * gaussian(random);
    return 100 + 10 * state;
  });
};

const correlation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let product = 0;
  let variance = 0;
  values.forEach((value, index) => {
    variance += (value - mean) ** 2;
    if (index > 0) product += (value - mean) * (values[index - 1]! - mean);
  });
  return product / variance;
};

describe('service times', () => {
  it.each([12, 50, 1_000])('preserve the mean and the quantiles of %d samples', (count) => {
    const values = lognormal(count, count);
    const redrawn = drawn(new ServiceTimes(samplesOf(values), seededRandom(1)), 200_000);
    const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(Math.abs(mean(redrawn) / mean(values) - 1)).toBeLessThan(0.01);
    const sorted = values.toSorted((a, b) => a - b);
    for (const share of [0.1, 0.5, 0.9]) {
      // A quantile may differ from that of the samples by one neighbouring sample.
      const at = share * (count - 1);
      expect(quantile(redrawn, share)).toBeGreaterThan(sorted[Math.floor(at) - 1]!);
      expect(quantile(redrawn, share)).toBeLessThan(sorted[Math.ceil(at) + 1] ?? Number.POSITIVE_INFINITY);
    }
  });

  it('sometimes exceed the largest sample, so that the tail is not cut off', () => {
    const values = lognormal(50, 3);
    const redrawn = drawn(new ServiceTimes(samplesOf(values), seededRandom(1)), 100_000);
    const beyond = redrawn.filter((value) => value > Math.max(...values)).length / redrawn.length;
    expect(beyond).toBeGreaterThan(0.001);
    expect(beyond).toBeLessThan(0.05);
    expect(Math.min(...redrawn)).toBeGreaterThanOrEqual(Math.min(...values));
  });

  it('preserve the frequency and latency of a second mode', () => {
    const values = lognormal(400, 5).map((value, index) => (index % 200 === 0 ? 20_000 : value));
    const redrawn = drawn(new ServiceTimes(samplesOf(values), seededRandom(1)), 200_000);
    const share = redrawn.filter((value) => value > 15_000).length / redrawn.length;
    expect(share).toBeGreaterThan(0.003);
    expect(share).toBeLessThan(0.006);
    const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(Math.abs(mean(redrawn) / mean(values) - 1)).toBeLessThan(0.03);
  });

  it('equal the samples if all samples are equal', () => {
    const redrawn = drawn(new ServiceTimes(samplesOf(Array(20).fill(30)), seededRandom(1)), 1_000);
    expect(new Set(redrawn)).toEqual(new Set([30]));
  });

  it('are correlated between successive draws only if the samples are correlated', () => {
    const correlated = autoregressive(5_000, 0.8, 1);
    expect(blockLengthOf(correlated)).toBeGreaterThanOrEqual(7);
    expect(blockLengthOf(autoregressive(5_000, 0, 2))).toBeLessThanOrEqual(2);
    const redrawn = drawn(new ServiceTimes(samplesOf(correlated), seededRandom(1)), 50_000);
    expect(correlation(redrawn)).toBeGreaterThan(0.6);
    const independent = drawn(
      new ServiceTimes(samplesOf(autoregressive(5_000, 0, 2)), seededRandom(1)),
      50_000,
    );
    expect(Math.abs(correlation(independent))).toBeLessThan(0.05);
  });

  it('preserve the share of the initialisation in each sample, and the share of samples that are errors', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ({
      initMs: 100 + index,
      runMs: 300 + 3 * index,
      isError: index % 4 === 0,
    }));
    const times = new ServiceTimes(samples, seededRandom(1));
    let errors = 0;
    for (let count = 0; count < 20_000; count++) {
      times.draw();
      expect(times.initMs / (times.initMs + times.runMs)).toBeCloseTo(0.25, 9);
      errors += Number(times.isError);
    }
    expect(errors / 20_000).toBeCloseTo(0.25, 1.5);
  });

  it('can be resampled to simulate another measurement', () => {
    const times = new ServiceTimes(samplesOf(lognormal(200, 1)), seededRandom(1));
    const again = times.resampled(seededRandom(7));
    expect(again).toHaveLength(200);
    expect(new Set(again).size).toBeLessThan(160);
    expect(again.every((sample) => times.samples.includes(sample))).toBe(true);
    expect(again).toEqual(times.resampled(seededRandom(7)));
  });
});
