import {
  type ClusterMean,
  type ComparedEstimate,
  clusterMean,
  compareEstimates,
  type IntervalEstimate,
  interval,
  joined,
  type VariantComparison,
} from '../../statistics/index.ts';
import { declaredAnalysis, type Experiment } from '../declaration/schema.ts';
import { carriedSteps, stepFigures, throughputRates } from './figures.ts';
import type { ReadSteps } from './read-steps.ts';
import type { StepData } from './step-data.ts';

export type ComparedName =
  | 'mean'
  | 'p95'
  | 'p99'
  | 'success'
  | 'throughput'
  | 'capacity'
  | 'cost'
  | 'cold mean';

/** Minimum number of blocks for a reliable mean over blocks. */
const MIN_BLOCKS = 4;

/** A run with the data from which its figures are computed. */
export interface Run {
  readonly experiment: Pick<Experiment, 'load' | 'stop'>;
  readonly variants: ReadonlyMap<
    string,
    { readonly steps: readonly Step[]; readonly all: readonly StepData[] }
  >;
}
interface Step {
  readonly data: StepData;
  /** Latencies of answered warm requests after the warm-up. */
  readonly warm: Float64Array;
}
export type Runs = readonly [Run, Run];

export function runOf({ table }: ReadSteps): Run {
  const experiment = declaredAnalysis(table.header.declaration);
  const variants = table.header.variants.map(({ name }) => {
    const steps = table.stepsOf(name).filter(({ requests }) => requests > 0);
    const forced = table.of(name, -1);
    return [
      name,
      {
        steps: steps.map((data) => ({
          data,
          warm: data.warmLatency().values.subarray(stepFigures(data, experiment).warmUpCut),
        })),
        all: forced === undefined ? steps : [...steps, forced],
      },
    ] as const;
  });
  return { experiment, variants: new Map(variants) };
}

/** A figure of a variant in two runs. */
export interface ComparedRow extends Omit<VariantComparison, 'statistic' | 'level' | 'method'> {
  readonly variant: string;
  /** Absent for figures that cover all steps. */
  readonly step?: number | undefined;
  readonly ratePerSecond?: number | undefined;
  readonly figure: ComparedName;
  /** Number of values behind the figure in each run; for the throughput, number of blocks. */
  readonly n: readonly [a: number, b: number];
}
type Counted = ComparedEstimate & { readonly n: number };

type Pair = readonly [Counted | undefined, Counted | undefined];
type Figures = readonly (readonly [figure: ComparedName, pair: Pair])[];

/** All figures that both runs have, with their ratio or difference at a confidence level. */
export function rowsOf([a, b]: Runs, level: number): readonly ComparedRow[] {
  const rows: ComparedRow[] = [];
  const add = (place: Pick<ComparedRow, 'variant' | 'step' | 'ratePerSecond'>, figures: Figures): void => {
    for (const [figure, pair] of figures) {
      const compared = comparedPair(figure, pair);
      if (compared !== undefined) rows.push({ ...place, figure, ...compared });
    }
  };
  for (const [variant, ofA] of a.variants) {
    const ofB = b.variants.get(variant);
    if (ofB === undefined) continue;
    for (const stepA of ofA.steps) {
      const { step, ratePerSecond } = stepA.data;
      const stepB = ofB.steps.find(({ data }) => data.ratePerSecond === ratePerSecond);
      if (stepB === undefined) continue;
      add({ variant, step, ratePerSecond }, stepPairs([stepA, stepB], [a, b], level));
    }
    const both = [ofA.all, ofB.all] as const;
    add({ variant }, [
      ['capacity', [capacity(ofA.steps, a, level), capacity(ofB.steps, b, level)]],
      [
        'cold mean',
        pairOf(both, (all) => estimated(joined(all.map((of) => of.coldLatency())), 'mean', level)),
      ],
      ['cost', pairOf(both, (all) => costOf(all, level))],
    ]);
  }
  return rows;
}

function stepPairs(steps: readonly [Step, Step], [a, b]: Runs, level: number): Figures {
  const [stepA, stepB] = steps;
  const latency = (statistic: 'mean' | 'p95' | 'p99') =>
    [statistic, pairOf(steps, ({ warm }) => estimated(warm, statistic, level))] as const;
  return [
    latency('mean'),
    latency('p95'),
    latency('p99'),
    ['success', pairOf(steps, ({ data }) => successOf(data, level))],
    ['throughput', [throughputOf(stepA.data, a, level), throughputOf(stepB.data, b, level)]],
  ];
}

function comparedPair(
  figure: ComparedName,
  [a, b]: Pair,
): Omit<ComparedRow, 'variant' | 'figure'> | undefined {
  if (a === undefined || b === undefined) return undefined;
  const n = [a.n, b.n] as const;
  if (figure === 'success') return { n, ...compareEstimates(a, b, 'difference') };
  if (a.estimate <= 0) return undefined;
  return { n, ...(b.estimate <= 0 ? ratioToZero(a, b) : compareEstimates(a, b, 'ratio')) };
}

/** The comparison if B answered nothing. Its ratio is 0; it is computed separately, as 0 has no logarithm. */
function ratioToZero(a: Counted, b: Counted): ReturnType<typeof compareEstimates> {
  const reliable = a.reliable && b.reliable;
  return {
    by: 'ratio',
    a: a.estimate,
    b: 0,
    estimate: 0,
    low: 0,
    high: b.high / Math.max(0, a.low),
    significant: reliable && b.high < a.low,
    reliable,
    reason: a.reason ?? b.reason,
  };
}

const pairOf = <T, R>([a, b]: readonly [T, T], of: (one: T) => R): readonly [R, R] => [of(a), of(b)];

const estimated = (
  values: Float64Array,
  statistic: 'mean' | 'p95' | 'p99',
  level: number,
): IntervalEstimate | undefined => (values.length === 0 ? undefined : interval(values, statistic, { level }));

const successOf = (data: StepData, level: number): IntervalEstimate =>
  interval(data.outcomes('ok').values, 'rate', { level });

function throughputOf(data: StepData, { experiment }: Run, level: number): Counted {
  const rates = throughputRates(data, experiment);
  return countedMean(
    clusterMean(
      rates.map((total) => ({ count: 1, total })),
      level,
    )!,
    'blocks',
  );
}

function costOf(all: readonly StepData[], level: number): Counted | undefined {
  const found = clusterMean(
    all.flatMap((data) => data.cost.of('total')),
    level,
  );
  return found && countedMean(scaled(found, 1e6), 'blocks with a cost');
}

const scaled = ({ estimate, low, high, ...rest }: ClusterMean, by: number): ClusterMean => ({
  ...rest,
  estimate: estimate * by,
  low: low * by,
  high: high * by,
});

const countedMean = (found: ClusterMean, unit: string): Counted => ({
  ...found,
  reliable: found.clusters >= MIN_BLOCKS,
  reason: found.clusters >= MIN_BLOCKS ? undefined : `${found.clusters} ${unit}; ${MIN_BLOCKS} are needed`,
});

/** A step counts for the capacity's lower end if its success interval begins at this share or above. */
const MIN_CERTAIN_SUCCESS = 0.99;

/** Capacity with an interval that includes the uncertainty of each step's success. */
function capacity(steps: readonly Step[], run: Run, level: number): Counted {
  const measured = steps.map(({ data }) => ({
    success: successOf(data, level),
    throughput: throughputOf(data, run, level),
  }));
  const carried = carriedSteps(measured);
  const best = (end: 'estimate' | 'low' | 'high', of: typeof carried): number =>
    Math.max(0, ...of.map(({ throughput }) => throughput[end]));
  const reliable = measured.every(({ success, throughput }) => success.reliable && throughput.reliable);
  return {
    estimate: best('estimate', carried),
    low: best(
      'low',
      carried.filter(({ success }) => success.low >= MIN_CERTAIN_SUCCESS),
    ),
    high: best(
      'high',
      measured.filter(({ success }) => success.high >= 1),
    ),
    n: measured.length,
    reliable,
    reason: reliable ? undefined : 'a step has too few requests or blocks',
  };
}
