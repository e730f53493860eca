import {
  type ClusterMean,
  type ComparedEstimate,
  clusterMean,
  compareEstimates,
  type IntervalEstimate,
  interval,
  type VariantComparison,
} from '../../statistics/index.ts';
import { declaredAnalysis, type Experiment } from '../declaration/schema.ts';
import { stepFigures, throughputRates } from './figures.ts';
import type { ReadSteps } from './read-steps.ts';
import { joined, type StepData } from './step-data.ts';

export type ComparedName =
  | 'mean'
  | 'p95'
  | 'p99'
  | 'success'
  | 'throughput'
  | 'capacity'
  | 'cost'
  | 'cold mean';

/** A figure of a variant in two runs: A before, B after. */
export interface ComparedFigure extends Omit<VariantComparison, 'statistic' | 'level' | 'method'> {
  readonly variant: string;
  /** Absent for figures of all steps. */
  readonly step?: number | undefined;
  readonly ratePerSecond?: number | undefined;
  readonly figure: ComparedName;
  readonly unit: string;
  /** Values behind each of the two; of the throughput: blocks. */
  readonly n: readonly [a: number, b: number];
  /** `same`: not to be told apart from chance. */
  readonly verdict: 'better' | 'worse' | 'same';
  /** Whether it is significantly worse by more than the tolerance. */
  readonly isWorsening: boolean;
}

/** What was found when two runs were compared. */
export interface ResultComparison {
  readonly level: number;
  readonly figures: readonly ComparedFigure[];
  /** Level of each interval by which differences are judged, so that `level` holds for all of them together. */
  readonly levelOfEach: number;
  /** Variants and steps that only one of the runs has. */
  readonly missing: readonly string[];
}

const UNITS: Readonly<Record<ComparedName, string>> = {
  mean: 'ms',
  p95: 'ms',
  p99: 'ms',
  'cold mean': 'ms',
  success: 'share',
  throughput: 'requests/s',
  capacity: 'requests/s',
  cost: 'USD per million',
};
const HIGHER_IS_BETTER: readonly ComparedName[] = ['success', 'throughput', 'capacity'];
/** Blocks from which a mean over them can be told. */
const MIN_BLOCKS = 4;
/** Success that counts as carried; see `capacityOf`. */
const CARRIED = 0.99;

/**
 * Compares two runs, by variant and offered load. A difference is significant where its interval at the level
 * `1 - (1 - level) / figures` leaves out "no difference" (Bonferroni): of dozens of figures some differ by chance.
 * @param tolerance share by which a figure may be worse; percentage points / 100 of the success
 */
export function compareResults(a: ReadSteps, b: ReadSteps, tolerance: number): ResultComparison {
  const runs = [runOf(a), runOf(b)] as const;
  const { level } = runs[0].experiment.stop;
  const shown = rowsOf(runs, level);
  const levelOfEach = 1 - (1 - level) / Math.max(1, shown.length);
  const judged = rowsOf(runs, levelOfEach);
  const figures = shown.map((row, index): ComparedFigure => {
    const { low, high } = judged[index]!;
    const none = row.by === 'ratio' ? 1 : 0;
    const significant = row.reliable && (low > none || high < none);
    const gain = HIGHER_IS_BETTER.includes(row.figure) ? 1 : -1;
    const change = gain * (row.by === 'ratio' ? row.estimate - 1 : row.estimate);
    const verdict = significant ? (change < 0 ? 'worse' : 'better') : 'same';
    return {
      ...row,
      significant,
      unit: UNITS[row.figure],
      verdict,
      isWorsening: verdict === 'worse' && -change > tolerance,
    };
  });
  return { level, figures, levelOfEach, missing: missingOf(runs) };
}

/** A run with what its figures need. */
interface Run {
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
type Runs = readonly [Run, Run];

function runOf({ table }: ReadSteps): Run {
  const experiment = declaredAnalysis(table.header.declaration);
  const variants = table.header.variants.map(({ name }) => {
    const steps = table.stepsOf(name).filter(({ requests }) => requests > 0);
    const forced = table.of(name, -1);
    return [
      name,
      {
        steps: steps.map((data) => ({
          data,
          warm: joined(data.warmLatency()).subarray(stepFigures(data, experiment).warmUpCut),
        })),
        all: forced === undefined ? steps : [...steps, forced],
      },
    ] as const;
  });
  return { experiment, variants: new Map(variants) };
}

type Row = Omit<ComparedFigure, 'unit' | 'verdict' | 'isWorsening'>;
type Counted = ComparedEstimate & { readonly n: number };

function rowsOf([a, b]: Runs, level: number): readonly Row[] {
  const rows: Row[] = [];
  const add = (
    place: Pick<Row, 'variant' | 'step' | 'ratePerSecond'>,
    figure: ComparedName,
    pair: readonly [Counted | undefined, Counted | undefined],
  ): void => {
    const [ofA, ofB] = pair;
    const by = figure === 'success' ? 'difference' : 'ratio';
    if (ofA === undefined || ofB === undefined) return;
    if (by === 'ratio' && ofA.estimate <= 0) return;
    const compared =
      by === 'ratio' && ofB.estimate <= 0 ? nothingLeft(ofA, ofB) : compareEstimates(ofA, ofB, by);
    rows.push({ ...place, figure, n: [ofA.n, ofB.n], ...compared });
  };
  for (const [variant, ofA] of a.variants) {
    const ofB = b.variants.get(variant);
    if (ofB === undefined) continue;
    for (const stepA of ofA.steps) {
      const { step, ratePerSecond } = stepA.data;
      const stepB = ofB.steps.find(({ data }) => data.ratePerSecond === ratePerSecond);
      if (stepB === undefined) continue;
      const place = { variant, step, ratePerSecond };
      const both = [stepA, stepB] as const;
      for (const statistic of ['mean', 'p95', 'p99'] as const)
        add(
          place,
          statistic,
          pairOf(both, ({ warm }) => estimated(warm, statistic, level)),
        );
      add(
        place,
        'success',
        pairOf(both, ({ data }) => successOf(data, level)),
      );
      add(place, 'throughput', [throughputOf(stepA.data, a, level), throughputOf(stepB.data, b, level)]);
    }
    const place = { variant };
    add(place, 'capacity', [capacity(ofA.steps, a, level), capacity(ofB.steps, b, level)]);
    const both = [ofA.all, ofB.all] as const;
    add(
      place,
      'cold mean',
      pairOf(both, (all) => estimated(joined(all.map((of) => of.coldLatency())), 'mean', level)),
    );
    add(
      place,
      'cost',
      pairOf(both, (all) => costOf(all, level)),
    );
  }
  return rows;
}

/** The ratio where nothing was answered any more: it has no logarithm. */
function nothingLeft(a: Counted, b: Counted): ReturnType<typeof compareEstimates> {
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
  interval(joined(data.outcomes('ok')), 'rate', { level });

function throughputOf(data: StepData, { experiment }: Run, level: number): Counted {
  const rates = throughputRates(data, experiment);
  return fewMeans(
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
  return found && fewMeans(scaled(found, 1e6), 'blocks with a cost');
}

const scaled = ({ estimate, low, high, ...rest }: ClusterMean, by: number): ClusterMean => ({
  ...rest,
  estimate: estimate * by,
  low: low * by,
  high: high * by,
});

const fewMeans = (found: ClusterMean, what: string): Counted => ({
  ...found,
  reliable: found.clusters >= MIN_BLOCKS,
  reason: found.clusters >= MIN_BLOCKS ? undefined : `${found.clusters} ${what}; ${MIN_BLOCKS} are needed`,
});

/** Capacity with an interval that also holds what chance made of the success of each step. */
function capacity(steps: readonly Step[], run: Run, level: number): Counted {
  const measured = steps.map(({ data }) => ({
    success: successOf(data, level),
    throughput: throughputOf(data, run, level),
  }));
  const best = (end: 'estimate' | 'low' | 'high'): number =>
    Math.max(
      0,
      ...measured.filter(({ success }) => success[end] >= CARRIED).map(({ throughput }) => throughput[end]),
    );
  const reliable = measured.every(({ success, throughput }) => success.reliable && throughput.reliable);
  return {
    estimate: best('estimate'),
    low: best('low'),
    high: best('high'),
    n: measured.length,
    reliable,
    reason: reliable ? undefined : 'a step has too few requests or blocks',
  };
}

function missingOf([a, b]: Runs): readonly string[] {
  const only = (one: Run, other: Run, when: string): string[] =>
    [...one.variants].flatMap(([name, { steps }]) => {
      const found = other.variants.get(name);
      if (found === undefined) return [`Variant '${name}' is in the result ${when} only.`];
      return steps
        .filter(({ data }) => !found.steps.some((step) => step.data.ratePerSecond === data.ratePerSecond))
        .map(({ data }) => `Variant '${name}' was asked at ${data.ratePerSecond}/s ${when} only.`);
    });
  return [...only(a, b, 'before'), ...only(b, a, 'after')];
}
