import { describe, expect, it } from 'vitest';
import { simulatedPlan } from '../../../../src/measure/advice/simulated-plan.ts';
import { parsePlan } from '../../../../src/measure/index.ts';
import { durationMsOf, expectedArrivals } from '../../../../src/measure/simulation/plan/plan.ts';

describe('the plan that is simulated', () => {
  it('begins with a ramp, so that a steady load does not meet only cold starts', () => {
    const { stretches } = simulatedPlan(parsePlan('constant 5/s for 1h'), false);
    expect(stretches[0]).toEqual({ startMs: 0, endMs: 600_000, startRate: 0, endRate: 5 });
    expect(stretches[1]).toMatchObject({ startMs: 600_000, endMs: 4_200_000, startRate: 5 });
  });

  it('keeps bursts as they are', () => {
    const plan = parsePlan('on-off 20/s for 60s, idle 15min, 4 times');
    expect(simulatedPlan(plan, false).stretches).toEqual(plan.stretches);
  });

  it('repeats a plan of few requests until quantiles are stable', () => {
    const plan = parsePlan('idle for 10min; burst 2/s for 10s');
    const repeated = simulatedPlan(plan, false);
    expect(expectedArrivals(repeated)).toBeCloseTo(3_000);
    expect(durationMsOf(repeated)).toBe(150 * durationMsOf(plan));
  });

  it('has the same number of requests in steps of an hour', () => {
    const plan = parsePlan('day 20/s to 180/s with peaks at 9:00, 20:30');
    const steps = simulatedPlan(plan, true).stretches.slice(1);
    expect(steps).toHaveLength(24);
    for (const { startRate, endRate } of steps) expect(endRate).toBe(startRate);
    const requests = steps.reduce((sum, { startRate }) => sum + 3_600 * startRate, 0);
    expect(requests / expectedArrivals(plan)).toBeCloseTo(1, 6);
  });
});
