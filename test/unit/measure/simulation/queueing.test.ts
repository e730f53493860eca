import { describe, expect, it } from 'vitest';
import {
  constantPlan,
  draws,
  exponential,
  fleetFunction,
  fleetOf,
  simulated,
} from '../../../support/fleet.ts';

const FOREVER = 4_000;

/** Erlang's loss formula (Erlang B), computed recursively. */
function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let count = 1; count <= servers; count++) blocked = (load * blocked) / (count + load * blocked);
  return blocked;
}

/** Returns the mean time that a request spends in an M/M/c queue, as a multiple of the service time. */
function meanTimeMMc(servers: number, load: number): number {
  const blocked = erlangB(servers, load);
  const waits = blocked / (1 - (load / servers) * (1 - blocked));
  return 1 + waits / (servers - load);
}

describe('a simulated fleet, compared with queueing theory,', () => {
  it.each([
    ['exponential', 8, 6, exponential(50)],
    ['constant', 8, 6, () => 50],
    ['bimodal', 3, 4, (random: () => number) => (random() < 0.9 ? 10 : 410)],
  ] as const)(
    'throttles the share of requests that the Erlang loss formula gives, for any distribution: %s',
    (_name, servers, load, runMs) => {
      const fleet = fleetOf([
        fleetFunction({ warm: draws(runMs), pool: { provisioned: servers, concurrency: servers } }),
      ]);
      const { tally } = simulated(fleet, constantPlan(load / 0.05, FOREVER));
      const share = tally.throttled.concurrency / tally.arrivals;
      expect(Math.abs(share / erlangB(servers, load) - 1)).toBeLessThan(0.02);
    },
  );

  it("obeys Little's law (mean busy environments = rate x mean time)", () => {
    const fleet = fleetOf([fleetFunction({ warm: draws(exponential(40)), pool: { provisioned: 100 } })]);
    const { tally } = simulated(fleet, constantPlan(250, FOREVER));
    const meanBusy = tally.functions[0]!.busyMs / (FOREVER * 1_000);
    expect(Math.abs(meanBusy / ((tally.ok / FOREVER) * (tally.all.meanMs! / 1_000)) - 1)).toBeLessThan(0.002);
    expect(Math.abs(meanBusy / 10 - 1)).toBeLessThan(0.02);
  });

  it.each([
    ['M/M/1', 1, 0.7, exponential(20)],
    ['M/D/1', 1, 0.7, () => 20],
    ['M/M/2', 2, 1.5, exponential(20)],
  ] as const)('has the theoretical mean time of %s with shared processors', (_name, cores, load, runMs) => {
    const of = { warm: draws(runMs), warmCpuMs: Number.POSITIVE_INFINITY, pool: { provisioned: 1_000 } };
    const fleet = fleetOf([fleetFunction(of)], { processor: { cores, throttledCpuMs: 0 } });
    const { tally } = simulated(fleet, constantPlan(load / 0.02, FOREVER));
    expect(Math.abs(tally.all.meanMs! / (20 * meanTimeMMc(cores, load)) - 1)).toBeLessThan(0.03);
  });

  it('applies contention only to the processor part of a service time', () => {
    const of = { warm: draws(() => 100), warmCpuMs: 10, pool: { provisioned: 1_000 } };
    const fleet = fleetOf([fleetFunction(of)], { processor: { cores: 1, throttledCpuMs: 0 } });
    const { tally } = simulated(fleet, constantPlan(50, FOREVER));
    // M/D/1 with processor sharing doubles the 10 ms of work at a load of 0.5; the other 90 ms stay the same.
    expect(tally.all.meanMs).toBeCloseTo(110, -0.5);
    expect(Math.abs(tally.all.meanMs! - 110)).toBeLessThan(0.5);
  });
});
