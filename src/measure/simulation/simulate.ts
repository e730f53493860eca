import type { CostLine, PriceTable } from '../../api/cost/index.ts';
import { SragError, seededRandom } from '../../core/index.ts';
import { FleetSimulation } from './engine/fleet-simulation.ts';
import { HISTOGRAM_ERROR } from './engine/latency-histogram.ts';
import { Arrivals } from './plan/arrivals.ts';
import { durationMsOf, expectedArrivals, type LoadPlan } from './plan/plan.ts';
import { drive, MOST_SIMULATED } from './sampling.ts';
import { fleetOf, type Scenario } from './scenario.ts';
import {
  type Counts,
  costLinesOf,
  countsOf,
  type Figures,
  type FunctionFigures,
  figuresOf,
  functionsOf,
  type Period,
  periodsOf,
  type Run,
} from './summary.ts';

export interface SimulationOptions {
  readonly prices: PriceTable;
  /** The same seed yields the same result. Default 1. */
  readonly seed?: number;
  /**
   * Number of additional simulations with resampled samples, from which intervals are derived; with 0, there
   * are none. Default 8.
   */
  readonly replications?: number;
  /** Default `poisson`. */
  readonly arrivals?: 'poisson' | 'constant';
  /** `all`: every request; `sampled`: slices of steady windows. Default `all` up to 20 million requests. */
  readonly requests?: 'all' | 'sampled';
  readonly onProgress?: (done: {
    readonly run: number;
    readonly runs: number;
    readonly share: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** Prediction of a fleet under a load plan. */
export interface Simulation {
  readonly plan: string;
  readonly seconds: number;
  readonly seed: number;
  readonly replications: number;
  /** How the first run was simulated. With more than 2 million requests, the other runs are sampled. */
  readonly requests: 'all' | 'sampled';
  /** Maximum relative error of a latency quantile due to its histogram. */
  readonly quantileError: number;
  readonly counts: Counts;
  readonly figures: Figures;
  readonly functions: readonly FunctionFigures[];
  readonly costLines: readonly CostLine[];
  readonly priceTable: string;
  readonly periods: readonly Period[];
}

const DEFAULT_REPLICATIONS = 8;
const MAX_REPLICATIONS = 1_000;
/** If a plan has more requests than this, its replications are sampled. */
const MAX_UNSAMPLED_REPLICATION = 2_000_000;
/** Separate random streams, so that the load stays the same if the scenario changes. */
const STREAMS = { arrivals: 0, services: 1, environments: 2 } as const;
const streamOf = (seed: number, run: number, stream: number): number =>
  seed + 2 ** 32 * (3 * run + stream + 1);

/**
 * Simulates a scenario under a load plan, first with the measured samples. Further simulations with resampled
 * samples and other arrivals determine the intervals (input uncertainty after Barton and Schruben, 1993).
 * @throws INVALID_ARGUMENT, CANCELLED
 */
export async function simulate(
  scenario: Scenario,
  plan: LoadPlan,
  options: SimulationOptions,
): Promise<Simulation> {
  const { seed = 1, replications = DEFAULT_REPLICATIONS, prices } = options;
  if (!Number.isInteger(replications) || replications < 0 || replications > MAX_REPLICATIONS) {
    throw new SragError('INVALID_ARGUMENT', `replications is ${replications}.`, {
      remedy: `Use a whole number from 0 to ${MAX_REPLICATIONS}.`,
      fields: { field: 'replications', value: replications },
    });
  }
  const expected = expectedArrivals(plan);
  const requests = options.requests ?? (expected <= MOST_SIMULATED ? 'all' : 'sampled');
  const runs: Run[] = [];
  for (let run = 0; run <= replications; run++) {
    const isSampled =
      run === 0 ? requests === 'sampled' : requests === 'sampled' || expected > MAX_UNSAMPLED_REPLICATION;
    runs.push(await oneRun(scenario, plan, { ...options, seed, run, runs: replications + 1, isSampled }));
  }
  const [first] = runs as [Run, ...Run[]];
  return {
    plan: plan.text,
    seconds: first.seconds,
    seed,
    replications,
    requests,
    quantileError: HISTOGRAM_ERROR,
    counts: countsOf(first),
    figures: figuresOf(runs, scenario, prices),
    functions: functionsOf(first, scenario),
    costLines: costLinesOf(first, scenario, prices),
    priceTable: prices.id,
    periods: periodsOf(first),
  };
}

/** Arrival times of a simulation with this seed, to reproduce its load for a comparison. */
export function arrivalsOf(
  plan: LoadPlan,
  { seed = 1, arrivals = 'poisson' }: Pick<SimulationOptions, 'seed' | 'arrivals'> = {},
): Float64Array {
  const source = arrivalsIn(plan, arrivals, seed, 0);
  const moments: number[] = [];
  for (; source.nextMs < Number.POSITIVE_INFINITY; source.advance()) moments.push(source.nextMs);
  return Float64Array.from(moments);
}

const arrivalsIn = (plan: LoadPlan, kind: 'poisson' | 'constant', seed: number, run: number): Arrivals =>
  new Arrivals(plan, kind === 'poisson' ? seededRandom(streamOf(seed, run, STREAMS.arrivals)) : undefined);

interface RunOptions extends SimulationOptions {
  readonly seed: number;
  readonly run: number;
  readonly runs: number;
  readonly isSampled: boolean;
}

async function oneRun(
  scenario: Scenario,
  plan: LoadPlan,
  { seed, run, runs, isSampled, arrivals = 'poisson', onProgress, signal }: RunOptions,
): Promise<Run> {
  const durationMs = durationMsOf(plan);
  const fleet = fleetOf(scenario, streamOf(seed, run, STREAMS.services), run > 0);
  const environments = seededRandom(streamOf(seed, run, STREAMS.environments));
  const simulation = new FleetSimulation(fleet, durationMs, environments);
  await drive(simulation, plan, arrivalsIn(plan, arrivals, seed, run), {
    isSampled,
    onProgress: onProgress && ((planMs) => onProgress({ run, runs, share: planMs / durationMs })),
    signal,
  });
  const peaks = scenario.functions.map((_, index) => simulation.peakOf(index));
  return { tally: simulation.tally, peaks, seconds: durationMs / 1_000 };
}
