import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { THROTTLES } from '../../../../src/measure/simulation/engine/tally.ts';
import { TokenBucket } from '../../../../src/measure/simulation/engine/token-bucket.ts';
import type { LoadPlan } from '../../../../src/measure/simulation/plan/plan.ts';
import { constantPlan, draws, fleetFunction, fleetOf, simulated } from '../../../support/fleet.ts';

const evenly = { isPoisson: false };
/** Returns a load plan whose parts each have a constant rate, given as [rate per second, seconds]. */
function planOf(...parts: readonly (readonly [number, number])[]): LoadPlan {
  let nowMs = 0;
  const stretches = parts.map(([rate, seconds]) => {
    const startMs = nowMs;
    nowMs += seconds * 1_000;
    return { startMs, endMs: nowMs, startRate: rate, endRate: rate };
  });
  return { text: '', stretches };
}

describe('the gateway', () => {
  it('admits requests up to the burst size, then at its rate', () => {
    const bucket = new TokenBucket(10, 5);
    const passed = (ms: number): number => Array.from({ length: 20 }).filter(() => bucket.take(ms)).length;
    expect([passed(0), passed(99), passed(100), passed(450), passed(10_000)]).toEqual([5, 0, 1, 3, 5]);
  });

  it('throttles requests over its rate and burst size', () => {
    const fleet = fleetOf([fleetFunction()], { gateway: { perSecond: 100, burst: 50, timeoutMs: 29_000 } });
    const { tally } = simulated(fleet, constantPlan(300, 10), evenly);
    // Of 2,999 arrivals in 10 s, it admits a burst of 50, then 100 per second.
    expect(tally.arrivals - tally.throttled.gateway).toBeCloseTo(50 + 100 * 10, -0.5);
    expect(tally.functions[0]!.invocations).toBe(tally.arrivals - tally.throttled.gateway);
  });

  it('times out after 29 s while the function continues', () => {
    const slow = fleetFunction({ warm: draws(() => 40_000), timeoutMs: 60_000, pool: { provisioned: 10 } });
    const { tally } = simulated(fleetOf([slow]), planOf([1, 5], [0, 60]), evenly);
    expect(tally).toMatchObject({ ok: 0, timeouts: 4, arrivals: 4 });
    expect(tally.functions[0]!.billedMs + tally.functions[0]!.provisionedBilledMs).toBe(4 * 40_000);
  });
});

describe('an environment', () => {
  it('handles one request at a time, so that a concurrent request starts another environment', () => {
    const fleet = fleetOf([fleetFunction({ warm: draws(() => 150), cold: draws(() => 150) })]);
    const { tally } = simulated(fleet, planOf([10, 5]), evenly);
    expect(tally.functions[0]!.coldStarts).toBe(2);
    expect(tally.cold.count).toBe(2);
  });

  it('initialises before its first request, and is warm from then on', () => {
    const { tally } = simulated(fleetOf([fleetFunction()]), planOf([1, 10]), evenly);
    expect(tally.cold.count).toBe(1);
    expect(tally.cold.meanMs).toBeCloseTo(110, 6);
    expect(tally.warm.meanMs).toBeCloseTo(10, 6);
  });

  it('is reused before environments that were used less recently, so that the latter become idle', () => {
    const of = fleetFunction({
      warm: draws(() => 90),
      cold: draws(() => 90),
      pool: { idleMs: [20_000, 20_000] },
    });
    // The peaks need four environments. One request per second needs one, so the other three end.
    const simulation = simulated(fleetOf([of]), planOf([40, 5], [1, 60], [40, 5]), evenly);
    expect(simulation.peakOf(0)).toBe(4);
    expect(simulation.tally.functions[0]!.coldStarts).toBe(4 + 3);
  });

  it.each([
    [299, 1],
    [301, 2],
  ])('ends after 300 idle seconds, so that a gap of %d s leads to %d cold starts', (gap, colds) => {
    const { tally } = simulated(fleetOf([fleetFunction()]), planOf([1, 1.5], [0, gap - 1], [1, 2]), evenly);
    expect(tally.functions[0]!.coldStarts).toBe(colds);
  });

  it('ends after an idle time drawn between two bounds', () => {
    const shares = [310, 360, 410].map((gap) => {
      const of = fleetFunction({ pool: { idleMs: [300_000, 420_000] } });
      const parts = Array.from({ length: 400 }, () => [
        [1, 1.5],
        [0, gap - 1.5],
      ]).flat() as [number, number][];
      return simulated(fleetOf([of]), planOf(...parts), evenly).tally.functions[0]!.coldStarts / 400;
    });
    expect(shares[0]).toBeGreaterThan(0.03);
    expect(shares[1]).toBeGreaterThan(shares[0]! + 0.2);
    expect(shares[2]).toBeGreaterThan(shares[1]! + 0.2);
  });

  it('ends at the end of its lifetime, even if it is used steadily', () => {
    const of = fleetFunction({ pool: { lifetimeMs: [600_000, 600_000] } });
    const { tally } = simulated(fleetOf([of]), planOf([1, 3_650]), evenly);
    expect(tally.functions[0]!.coldStarts).toBe(7);
  });

  it('ends when a request times out; the next request starts another environment', () => {
    const of = fleetFunction({ warm: draws(() => 10), cold: draws(() => 5_000, 100), timeoutMs: 3_000 });
    const { tally } = simulated(fleetOf([of]), planOf([0.1, 65]), evenly);
    expect(tally).toMatchObject({ arrivals: 6, timeouts: 6, ok: 0 });
    expect(tally.functions[0]!.coldStarts).toBe(6);
    // The billed time includes the initialisation of 100 ms.
    expect(tally.functions[0]!.billedMs).toBe(6 * 3_100);
  });

  it('is slower during its first requests, until its caches are full', () => {
    const young = [draws(() => 70), draws(() => 50)];
    const { tally } = simulated(fleetOf([fleetFunction({ young })]), planOf([1, 8.5]), evenly);
    // Cold, 70, 50, 50, then 10.
    expect(tally.warm.meanMs).toBeCloseTo((70 + 50 + 50 + 4 * 10) / 7, 6);
  });

  it('is created before it initialises; the creation delays the request, but is not billed', () => {
    const { tally } = simulated(fleetOf([fleetFunction()], { creationMs: 200 }), planOf([1, 1.5]), evenly);
    expect(tally.cold.meanMs).toBeCloseTo(310, 6);
    expect(tally.functions[0]!.billedMs).toBe(110);
  });
});

describe('concurrency', () => {
  it('limits the requests in flight; others are throttled, not queued', () => {
    const of = fleetFunction({ warm: draws(() => 1_000), pool: { concurrency: 5, provisioned: 5 } });
    const { tally } = simulated(fleetOf([of]), planOf([50, 20]), evenly);
    expect(tally.all.meanMs).toBeCloseTo(1_000, 6);
    expect(tally.ok).toBeCloseTo(5 * 20, -1);
    expect(tally.throttled.concurrency).toBe(tally.arrivals - tally.ok);
  });

  it('grows at once by the burst size, then at the scaling rate', () => {
    const long = draws(() => 60_000, 0);
    const of = fleetFunction({
      cold: long,
      timeoutMs: 100_000,
      pool: { concurrency: 10_000, scaling: { burst: 1_000, perSecond: 100 } },
    });
    const { tally } = simulated(fleetOf([of]), planOf([2_000, 10]), evenly);
    expect(tally.functions[0]!.coldStarts).toBeGreaterThanOrEqual(1_990);
    expect(tally.functions[0]!.coldStarts).toBeLessThanOrEqual(2_000);
    expect(tally.throttled.scaling).toBe(tally.arrivals - tally.functions[0]!.coldStarts);
  });

  it('allows ten invocations per second for each environment within the limit', () => {
    const of = fleetFunction({
      warm: draws(() => 1),
      pool: { concurrency: 10, provisioned: 10, requestsPerSecondPerEnvironment: 10 },
    });
    const { tally } = simulated(fleetOf([of]), planOf([500, 20]), evenly);
    expect(tally.ok / 20).toBeCloseTo(100, -1);
    expect(tally.throttled.requestRate).toBe(tally.arrivals - tally.ok);
  });

  it('is shared by functions without reserved concurrency, up to the account limit', () => {
    const [outer, step] = [
      fleetFunction({ name: 'outer', isReserved: false, warm: draws(() => 1), pool: { provisioned: 100 } }),
      fleetFunction({ name: 'step', isReserved: false, warm: draws(() => 500), pool: { provisioned: 100 } }),
    ];
    const { tally } = simulated(
      fleetOf([outer, step], { accountConcurrency: 8, retry: { attempts: 1, pausesMs: [] } }),
      planOf([100, 20]),
      evenly,
    );
    // A request occupies two of the eight environments for half a second.
    expect(tally.functions[0]!.busyMs + tally.functions[1]!.busyMs).toBeLessThanOrEqual(8 * 20_000);
    expect(tally.ok / 20).toBeGreaterThan(6);
    expect(tally.throttled.concurrency).toBe(tally.arrivals - tally.ok);
  });

  it('has no cold starts and no idle timeout if provisioned; requests beyond the provisioned concurrency start cold', () => {
    const of = fleetFunction({
      warm: draws(() => 900),
      cold: draws(() => 900, 50),
      pool: { provisioned: 3 },
    });
    const { tally } = simulated(fleetOf([of]), planOf([3, 10], [0, 600], [3, 10], [0, 2], [5, 10]), evenly);
    expect(tally.functions[0]!.coldStarts).toBe(2);
    expect(tally.functions[0]!.provisionedBilledMs).toBeGreaterThan(0);
  });
});

describe('a state machine', () => {
  it('runs its steps in sequence, while the first function waits for them', () => {
    const step = (name: string, ms: number) =>
      fleetFunction({ name, warm: draws(() => ms), pool: { provisioned: 10 } });
    const fleet = fleetOf([step('baseline', 5), step('retrieve', 30), step('generate', 20)]);
    const { tally } = simulated(fleet, planOf([1, 10.5]), evenly);
    expect(tally.all.meanMs).toBeCloseTo(55, 6);
    expect(tally.functions.map(({ provisionedBilledMs }) => provisionedBilledMs / tally.ok)).toEqual([
      55, 30, 20,
    ]);
    expect(tally.executionBilledMs / tally.executions).toBe(100);
  });

  it('retries a throttled step twice after random pauses, then fails as throttled', () => {
    const baseline = fleetFunction({ name: 'baseline', warm: draws(() => 0), pool: { provisioned: 1_000 } });
    const full = fleetFunction({
      name: 'retrieve',
      warm: draws(() => 100),
      pool: { concurrency: 1, provisioned: 1 },
    });
    const { tally } = simulated(fleetOf([baseline, full]), planOf([15, 100]), evenly);
    // Without retries, only 7.5 per second would succeed, because every other arrival is throttled.
    expect(tally.ok / 100).toBeGreaterThan(7.7);
    expect(tally.ok / 100).toBeLessThanOrEqual(10);
    expect(tally.throttled.concurrency).toBe(tally.arrivals - tally.ok);
    // The pauses take up to 1 and up to 2 seconds.
    expect(tally.all.quantileMs(0.999)).toBeGreaterThan(1_500);
    expect(tally.all.quantileMs(1)).toBeLessThan(3_150);
  });
});

describe('any fleet', () => {
  const fleets = fc.record({
    concurrency: fc.integer({ min: 1, max: 20 }),
    provisioned: fc.integer({ min: 0, max: 5 }),
    perSecond: fc.integer({ min: 1, max: 200 }),
    burst: fc.integer({ min: 1, max: 50 }),
    serviceMs: fc.integer({ min: 1, max: 3_000 }),
    idleMs: fc.integer({ min: 10, max: 5_000 }),
    scaling: fc.integer({ min: 1, max: 20 }),
    timeoutMs: fc.integer({ min: 100, max: 4_000 }),
    cores: fc.option(fc.integer({ min: 1, max: 4 })),
    steps: fc.integer({ min: 1, max: 3 }),
    rates: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 }),
    seed: fc.nat(),
  });
  type Drawn = typeof fleets extends fc.Arbitrary<infer Value> ? Value : never;
  const run = (of: Drawn) => {
    const functions = Array.from({ length: of.steps }, (_, step) =>
      fleetFunction({
        name: `step-${step}`,
        warm: draws((random) => 2 * of.serviceMs * random()),
        cold: draws((random) => 2 * of.serviceMs * random(), of.serviceMs),
        isReserved: step === 0,
        timeoutMs: of.timeoutMs,
        warmCpuMs: 5,
        coldCpuMs: 50,
        pool: {
          concurrency: of.concurrency,
          provisioned: Math.min(of.provisioned, of.concurrency),
          scaling: { burst: of.scaling, perSecond: of.scaling },
          idleMs: [of.idleMs, 2 * of.idleMs],
        },
      }),
    );
    const fleet = fleetOf(functions, {
      gateway: { perSecond: of.perSecond, burst: of.burst, timeoutMs: 2_500 },
      accountConcurrency: 15,
      ...(of.cores === null ? {} : { processor: { cores: of.cores, throttledCpuMs: 1 } }),
    });
    const parts = of.rates.map((rate) => [rate, 3] as const);
    return simulated(fleet, planOf(...parts), { seed: of.seed }).tally;
  };

  it('accounts for every arrival and bills every invocation', () => {
    fc.assert(
      fc.property(fleets, (of) => {
        const tally = run(of);
        const throttled = THROTTLES.reduce((sum, reason) => sum + tally.throttled[reason], 0);
        expect(tally.ok + tally.errors + tally.timeouts + throttled).toBe(tally.arrivals);
        expect(tally.cold.count + tally.warm.count).toBe(tally.ok);
        expect(tally.periods.reduce((sum, { arrivals }) => sum + arrivals, 0)).toBe(tally.arrivals);
        for (const each of tally.functions) {
          expect(each.busyMs).toBeLessThanOrEqual(each.environmentMs + 1e-6);
          expect(each.busyMs).toBeLessThanOrEqual(of.concurrency * of.rates.length * 3_000 + 1e-6);
          expect(each.coldStarts).toBeLessThanOrEqual(each.invocations);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('returns the same result for the same seed, and another for another seed', () => {
    fc.assert(
      fc.property(fleets, (of) => {
        expect(run(of)).toEqual(run(of));
      }),
      { numRuns: 20 },
    );
    const of = {
      concurrency: 5,
      provisioned: 0,
      perSecond: 200,
      burst: 50,
      serviceMs: 50,
      idleMs: 500,
      scaling: 20,
      timeoutMs: 4_000,
      cores: null,
      steps: 1,
      rates: [50],
    };
    expect(run({ ...of, seed: 1 }).all.meanMs).not.toBe(run({ ...of, seed: 2 }).all.meanMs);
  });
});
