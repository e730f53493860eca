import type { CostLine, PriceTable } from '../../api/cost/index.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { costOfTally } from './cost.ts';
import { type PeriodTally, type Tally, THROTTLES } from './engine/tally.ts';
import type { Scenario } from './scenario.ts';

/** A figure of a simulation with its 95 % interval; undefined if there is no data for it. */
export interface Figure {
  readonly value: number | undefined;
  /** Derived from simulations with resampled samples and other arrivals; includes the noise of both. */
  readonly interval?: readonly [low: number, high: number] | undefined;
}

/** One run, before aggregation. */
export interface Run {
  readonly tally: Tally;
  readonly peaks: readonly number[];
  readonly seconds: number;
}

interface FigureDefinition {
  readonly unit: string;
  readonly compute: (run: Run, scenario: Scenario, prices: PriceTable) => number | undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const throttledOf = ({ tally }: Run): number => sum(THROTTLES.map((reason) => tally.throttled[reason]));
const ofArrivals =
  (count: (run: Run) => number) =>
  (run: Run): number | undefined =>
    run.tally.arrivals === 0 ? undefined : count(run) / run.tally.arrivals;
const latency = (population: 'all' | 'warm' | 'cold', share: number): FigureDefinition => ({
  unit: 'ms',
  compute: ({ tally }) => tally[population].quantileMs(share),
});
const usd = (run: Run, scenario: Scenario, prices: PriceTable): number =>
  costOfTally(run.tally, scenario, run.seconds, prices).totalUsd;

/** The figures of a simulation and their computation from a run. Latencies are those of answered requests. */
const FIGURES = {
  okShare: { unit: 'share', compute: ofArrivals(({ tally }) => tally.ok) },
  throttledShare: { unit: 'share', compute: ofArrivals(throttledOf) },
  timeoutShare: { unit: 'share', compute: ofArrivals(({ tally }) => tally.timeouts) },
  errorShare: { unit: 'share', compute: ofArrivals(({ tally }) => tally.errors) },
  coldShare: {
    unit: 'share of answered requests',
    compute: ({ tally }) => (tally.ok === 0 ? undefined : tally.cold.count / tally.ok),
  },
  answeredPerSecond: { unit: 'requests/s', compute: ({ tally, seconds }) => tally.ok / seconds },
  meanMs: { unit: 'ms', compute: ({ tally }) => tally.all.meanMs },
  p50Ms: latency('all', 0.5),
  p95Ms: latency('all', 0.95),
  p99Ms: latency('all', 0.99),
  warmP50Ms: latency('warm', 0.5),
  warmP95Ms: latency('warm', 0.95),
  warmP99Ms: latency('warm', 0.99),
  coldP50Ms: latency('cold', 0.5),
  coldP95Ms: latency('cold', 0.95),
  coldP99Ms: latency('cold', 0.99),
  environmentsPeak: { unit: 'environments', compute: ({ peaks }) => sum(peaks) },
  environmentsMean: {
    unit: 'environments',
    compute: ({ tally, seconds }) => sum(tally.functions.map((of) => of.environmentMs)) / (seconds * 1_000),
  },
  busyMean: {
    unit: 'environments',
    compute: ({ tally, seconds }) => sum(tally.functions.map((of) => of.busyMs)) / (seconds * 1_000),
  },
  costUsd: { unit: 'USD', compute: usd },
  costUsdPerMillion: {
    unit: 'USD per million answered requests',
    compute: (run, scenario, prices) =>
      run.tally.ok === 0 ? undefined : (usd(run, scenario, prices) / run.tally.ok) * 1e6,
  },
} as const satisfies Readonly<Record<string, FigureDefinition>>;

export type FigureName = keyof typeof FIGURES;
export type Figures = Readonly<Record<FigureName, Figure>>;

/** Units of the figures. */
export const FIGURE_UNITS = Object.fromEntries(
  Object.entries(FIGURES).map(([name, { unit }]) => [name, unit]),
) as Readonly<Record<FigureName, string>>;

/** Figures of the first run, with intervals from the spread of the others. */
export function figuresOf(runs: readonly Run[], scenario: Scenario, prices: PriceTable): Figures {
  return Object.fromEntries(
    Object.entries(FIGURES).map(([name, { compute }]) => {
      const [value, ...others] = runs.map((run) => compute(run, scenario, prices));
      return [name, { value, interval: intervalOf(value, others) }];
    }),
  ) as Record<FigureName, Figure>;
}

function intervalOf(
  value: number | undefined,
  others: readonly (number | undefined)[],
): readonly [number, number] | undefined {
  const known = others.filter((other) => other !== undefined);
  if (value === undefined || known.length < 2 || known.length < others.length) return undefined;
  const mean = sum(known) / known.length;
  const variance = sum(known.map((each) => (each - mean) ** 2)) / (known.length - 1);
  const half = studentQuantile(0.975, known.length - 1) * Math.sqrt(variance);
  return [Math.max(0, value - half), value + half];
}

/** Counts of a run. Sampled requests count with their weight, so counts need not be integers. */
export interface Counts
  extends Readonly<Pick<Tally, 'arrivals' | 'simulated' | 'ok' | 'errors' | 'timeouts' | 'throttled'>> {
  readonly cold: number;
}

export function countsOf({ tally }: Run): Counts {
  const { arrivals, simulated, ok, errors, timeouts, throttled, cold } = tally;
  return { arrivals, simulated, ok, errors, timeouts, throttled, cold: cold.count };
}

/** Figures of one of the equal periods of a plan. */
export interface Period extends Readonly<Omit<PeriodTally, 'latency'>> {
  readonly startSeconds: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export const periodsOf = ({ tally }: Run): Period[] =>
  tally.periods.map(({ latency: histogram, ...of }, index) => ({
    startSeconds: (index * tally.periodMs) / 1_000,
    ...of,
    p50Ms: histogram.quantileMs(0.5),
    p95Ms: histogram.quantileMs(0.95),
  }));

/** Figures of one function of the route. */
export interface FunctionFigures {
  readonly name: string;
  readonly invocations: number;
  readonly coldStarts: number;
  readonly environmentsPeak: number;
  readonly environmentsMean: number;
  readonly busyMean: number;
  readonly billedSeconds: number;
}

export const functionsOf = ({ tally, peaks, seconds }: Run, scenario: Scenario): FunctionFigures[] =>
  scenario.functions.map(({ name }, index) => {
    const of = tally.functions[index]!;
    return {
      name,
      invocations: of.invocations,
      coldStarts: of.coldStarts,
      environmentsPeak: peaks[index]!,
      environmentsMean: of.environmentMs / (seconds * 1_000),
      busyMean: of.busyMs / (seconds * 1_000),
      billedSeconds: (of.billedMs + of.provisionedBilledMs) / 1_000,
    };
  });

export const costLinesOf = (run: Run, scenario: Scenario, prices: PriceTable): readonly CostLine[] =>
  costOfTally(run.tally, scenario, run.seconds, prices).lines;
