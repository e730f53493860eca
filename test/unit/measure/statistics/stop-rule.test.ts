import { describe, expect, it } from 'vitest';
import {
  type StopDecision,
  StopRule,
  type StopRuleOptions,
} from '../../../../src/measure/statistics/stop-rule.ts';
import { logNormal, take } from '../../../support/series.ts';

const check = (rule: StopRule, latencies: Float64Array, seconds: number): StopDecision =>
  rule.check(latencies.length, seconds, () => latencies);

/** Applies a stop rule to a series of 100 values per second, block by block. */
function run(values: Float64Array, options: StopRuleOptions, block = 100): StopDecision & { n: number } {
  const rule = new StopRule(options);
  for (let n = block; ; n += block) {
    const decision = check(rule, values.subarray(0, n), n / 100);
    if (decision.state !== 'continue' || n >= values.length) return { ...decision, n };
  }
}

describe('StopRule', () => {
  it('ends when the intervals are narrow enough, and returns them', () => {
    const { state, intervals, n } = run(take(50_000, logNormal(1)), { relativeWidth: 0.05 });
    expect(state).toBe('converged');
    expect(intervals.map(({ statistic }) => statistic)).toEqual(['mean', 'p95', 'p99']);
    expect(Math.max(...intervals.map(({ relativeWidth }) => relativeWidth))).toBeLessThanOrEqual(0.05);
    expect(n).toBeGreaterThan(5_000);
    expect(n).toBeLessThan(30_000);
  });

  it('needs more samples for a narrower interval and for correlated values', () => {
    const options = { statistics: ['mean'], relativeWidth: 0.05 } as const;
    const plain = run(take(100_000, logNormal(2)), options).n;
    expect(run(take(100_000, logNormal(2)), { ...options, relativeWidth: 0.015 }).n).toBeGreaterThan(
      2 * plain,
    );
    expect(run(take(100_000, logNormal(2, { phi: 0.9 })), options).n).toBeGreaterThan(4 * plain);
  });

  it('reports why it did not converge, with the interval width that it reached', () => {
    const values = take(2_000, logNormal(3, { deviation: 1 }));
    const wide = run(values, { statistics: ['mean'], relativeWidth: 0.01, maxSamples: 2_000 });
    expect(wide.state).toBe('not-converged');
    expect(wide.reason).toMatch(
      /limit of 2000 samples was reached: the interval of mean is ±\d+\.\d %, not ±1.0 %/,
    );
    const few = run(values, { statistics: ['p99.9'], maxSamples: 1_000 });
    expect(few.reason).toMatch(/the interval of p99.9 is ±.*p99.9 needs about \d+ values/);
    const slow = run(values, { statistics: ['mean'], relativeWidth: 0.01, maxSeconds: 7 });
    expect(slow).toMatchObject({ state: 'not-converged', n: 700 });
    expect(slow.reason).toMatch(/limit of 7 s was reached/);
  });

  it('does not converge while the latency grows', () => {
    const growing = Float64Array.from({ length: 20_000 }, (_, index) => 10 + index / 10);
    const { state, reason } = run(growing, { statistics: ['mean'], relativeWidth: 0.5, maxSamples: 20_000 });
    expect(state).toBe('not-converged');
    expect(reason).toMatch(/still changes|keeps changing/);
  });

  it('does not converge while the latency changes, even if the interval of the statistic is narrow', () => {
    const next = logNormal(6, { deviation: 1 });
    // The first 40 % of the latencies are slightly higher, which has no visible effect on p99.
    const values = Float64Array.from({ length: 20_000 }, (_, index) => next() + (index < 8_000 ? 1 : 0));
    const rule = new StopRule({ statistics: ['p99'], relativeWidth: 0.3, maxSamples: 20_000 });
    const { state, reason, intervals } = check(rule, values, 1);
    expect(intervals[0]).toMatchObject({ reliable: true });
    expect(state).toBe('not-converged');
    expect(reason).toMatch(/the latency still changes/);
  });

  it('needs two consecutive successful checks, the second with half as many samples again as the first', () => {
    const rule = new StopRule({ statistics: ['mean'], relativeWidth: 1, minSamples: 200 });
    const values = take(1_000, logNormal(4));
    expect(check(rule, values.subarray(0, 199), 1)).toMatchObject({ state: 'continue', nextCheckAt: 200 });
    expect(check(rule, values.subarray(0, 200), 1)).toMatchObject({ state: 'continue', nextCheckAt: 300 });
    expect(check(rule, values.subarray(0, 299), 1)).toMatchObject({ state: 'continue', nextCheckAt: 300 });
    expect(check(rule, values.subarray(0, 300), 1).state).toBe('converged');
  });

  it('requests the latencies only when a check is due', () => {
    const rule = new StopRule({ statistics: ['mean'], minSamples: 200 });
    const values = take(1_000, logNormal(4));
    let asked = 0;
    for (let n = 100; n <= 1_000; n += 10)
      rule.check(n, 1, () => {
        asked += 1;
        return values.subarray(0, n);
      });
    // 200, 300, 450, 680
    expect(asked).toBe(4);
  });

  it('waits for the minimum duration', () => {
    const rule = new StopRule({ statistics: ['mean'], relativeWidth: 1, minSamples: 200, minSeconds: 60 });
    const values = take(1_000, logNormal(4));
    expect(check(rule, values.subarray(0, 500), 10).state).toBe('continue');
    expect(check(rule, values.subarray(0, 700), 20).state).toBe('continue');
    expect(check(rule, values.subarray(0, 750), 60).state).toBe('converged');
  });

  it('excludes the warm-up and reports its length', () => {
    const next = logNormal(5, { deviation: 0.2 });
    const values = Float64Array.from({ length: 20_000 }, (_, index) => next() * (index < 300 ? 10 : 1));
    const { warmUp, intervals, state } = run(values, {
      statistics: ['mean'],
      relativeWidth: 0.02,
      minSamples: 2_000,
    });
    expect(state).toBe('converged');
    expect(warmUp.cut).toBeGreaterThanOrEqual(295);
    expect(warmUp.cut).toBeLessThanOrEqual(310);
    expect(intervals[0]!.estimate).toBeCloseTo(Math.exp(0.02), 1);
  });

  it('ends as not converged if no request was answered', () => {
    const rule = new StopRule({ maxSeconds: 5 });
    expect(check(rule, new Float64Array(0), 1).state).toBe('continue');
    expect(check(rule, new Float64Array(0), 5)).toMatchObject({
      state: 'not-converged',
      reason: 'the limit of 5 s was reached: too few samples were answered',
    });
  });

  it.each([
    [{ relativeWidth: 0 }, /relativeWidth is 0/],
    [{ level: 95 }, /level is 95/],
    [{ statistics: [] }, /statistics is empty/],
    [{ statistics: ['rate'] }, /rate is not a latency statistic/],
    [{ statistics: ['p0' as const] }, /'p0' is not a statistic/],
    [{ minSamples: 100, maxSamples: 50 }, /maxSamples is 50; it must be at least minSamples \(100\)/],
    [{ maxSeconds: 0 }, /maxSeconds is 0/],
    [{ maxWarmUpShare: 0.9 }, /maxWarmUpShare is 0.9/],
  ] as const)('refuses %j', (options, message) => {
    expect(() => new StopRule(options)).toThrow(message);
  });
});
