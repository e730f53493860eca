import { type Random, seededRandom } from '../../src/core/index.ts';
import type { Fleet, FleetFunction, ServiceDraws } from '../../src/measure/simulation/engine/fleet.ts';
import { FleetSimulation } from '../../src/measure/simulation/engine/fleet-simulation.ts';
import { Arrivals } from '../../src/measure/simulation/plan/arrivals.ts';
import type { LoadPlan } from '../../src/measure/simulation/plan/plan.ts';

/** Service times drawn by a function from a random source. */
export function draws(runMs: (random: Random) => number, initMs = 0, seed = 11): ServiceDraws {
  const random = seededRandom(seed);
  const times = {
    initMs,
    runMs: 0,
    isError: false,
    draw: () => {
      times.runMs = runMs(random);
    },
  };
  return times;
}

export const exponential =
  (meanMs: number) =>
  (random: Random): number =>
    -meanMs * Math.log(1 - random());

export const constantPlan = (perSecond: number, seconds: number): LoadPlan => ({
  text: `constant ${perSecond}/s for ${seconds}s`,
  stretches: [{ startMs: 0, endMs: seconds * 1_000, startRate: perSecond, endRate: perSecond }],
});

type FunctionParts = Partial<Omit<FleetFunction, 'pool'>> & {
  readonly pool?: Partial<FleetFunction['pool']>;
};

/** A function, by default without limits, that runs for 10 ms, or 100 ms longer if cold. */
export function fleetFunction({ pool, ...parts }: FunctionParts = {}): FleetFunction {
  return {
    name: 'retrieve',
    warm: draws(() => 10),
    cold: draws(() => 10, 100),
    young: [],
    isReserved: true,
    timeoutMs: 15_000,
    warmCpuMs: 0,
    coldCpuMs: 0,
    ...parts,
    pool: {
      concurrency: 1_000,
      provisioned: 0,
      scaling: { burst: Number.POSITIVE_INFINITY, perSecond: Number.POSITIVE_INFINITY },
      requestsPerSecondPerEnvironment: Number.POSITIVE_INFINITY,
      idleMs: [300_000, 300_000],
      lifetimeMs: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      ...pool,
    },
  };
}

/** A fleet, by default without limits. */
export const fleetOf = (functions: readonly FleetFunction[], parts: Partial<Fleet> = {}): Fleet => ({
  functions,
  gateway: { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY, timeoutMs: 29_000 },
  accountConcurrency: Number.POSITIVE_INFINITY,
  retry: { attempts: 3, pausesMs: [1_000, 2_000] },
  overheadMs: 0,
  creationMs: 0,
  ...parts,
});

/** Runs the simulation of a plan to its end; with `isPoisson: false`, arrivals are evenly spaced. */
export function simulated(
  fleet: Fleet,
  plan: LoadPlan,
  { seed = 1, isPoisson = true }: { readonly seed?: number; readonly isPoisson?: boolean } = {},
): FleetSimulation {
  const durationMs = plan.stretches.at(-1)!.endMs;
  const simulation = new FleetSimulation(fleet, durationMs, seededRandom(seed));
  simulation.run(new Arrivals(plan, isPoisson ? seededRandom(seed + 1) : undefined), durationMs);
  simulation.drain();
  return simulation;
}
