import { describe, expect, it } from 'vitest';
import { arrivalTimes, questionOrder } from '../../../../../src/measure/experiment/load/schedule.ts';

const plan = { arrivals: 'poisson', ratePerSecond: 100, seconds: 100, seed: 7, step: 0, block: 0 } as const;

describe('arrivalTimes', () => {
  it('spaces constant arrivals equally, beginning at the start of the block', () => {
    const times = arrivalTimes({ ...plan, arrivals: 'constant', ratePerSecond: 4, seconds: 2 });
    expect([...times]).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750]);
  });

  it('draws exponentially distributed gaps whose mean corresponds to the rate', () => {
    const times = arrivalTimes(plan);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(Math.abs(times.length - 10_000)).toBeLessThan(400);
    expect(mean).toBeGreaterThan(9.6);
    expect(mean).toBeLessThan(10.4);
    // The standard deviation of exponential gaps is their mean, and a share of 1 - 1/e is below the mean.
    expect(deviation / mean).toBeGreaterThan(0.95);
    expect(deviation / mean).toBeLessThan(1.05);
    expect(gaps.filter((gap) => gap < mean).length / gaps.length).toBeCloseTo(1 - Math.exp(-1), 1);
    expect(times.every((time, index) => time >= (times[index - 1] ?? 0) && time < 100_000)).toBe(true);
  });

  it('returns the same arrivals for the same seed, step and block, otherwise different arrivals', () => {
    const first = (change: object): number => arrivalTimes({ ...plan, ...change })[0]!;
    expect(first({})).toBe(first({}));
    const places = [{}, { seed: 8 }, { step: 1 }, { block: 1 }, { step: 1, block: 1 }, { seed: 8, block: 1 }];
    expect(new Set(places.map(first)).size).toBe(places.length);
  });

  it.each([
    { ratePerSecond: 0 },
    { ratePerSecond: Number.NaN },
    { ratePerSecond: -1 },
    { seconds: 0 },
    { seconds: Number.POSITIVE_INFINITY },
  ])('refuses %j', (change) => {
    expect(() => arrivalTimes({ ...plan, ...change })).toThrow(/cannot be planned/);
  });
});

describe('questionOrder', () => {
  it('lists every question once before it repeats any, and repeats them in another order', () => {
    const order = questionOrder(10, 3, 0, 30);
    const passes = [order.slice(0, 10), order.slice(10, 20), order.slice(20)];
    for (const pass of passes)
      expect([...pass].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(passes.map(String)).size).toBe(3);
  });

  it('continues the order of an earlier block where that block ended', () => {
    const whole = [...questionOrder(7, 3, 0, 40)];
    expect([...questionOrder(7, 3, 0, 13), ...questionOrder(7, 3, 13, 27)]).toEqual(whole);
    expect([...questionOrder(7, 4, 0, 40)]).not.toEqual(whole);
  });
});
