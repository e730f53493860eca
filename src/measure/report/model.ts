import type { BlockTotals } from '../experiment/analysis/block-totals.ts';
import { capacityOf, type StepFigures, stepFigures } from '../experiment/analysis/figures.ts';
import { QualityCollector, type QualityFigure } from '../experiment/analysis/quality.ts';
import { readSteps } from '../experiment/analysis/read-steps.ts';
import type { StepData } from '../experiment/analysis/step-data.ts';
import type { Experiment } from '../experiment/declaration/schema.ts';
import type { ResultHeader, ResultVariant } from '../experiment/results/header.ts';
import type { ResultFile } from '../experiment/results/reader.ts';
import {
  type ClusterMean,
  clusterMean,
  compareStatistic,
  type IntervalEstimate,
  interval,
  joined,
  type VariantComparison,
} from '../statistics/index.ts';
import { type Predictions, predictionsOf } from './predictions.ts';

/** Figures of one variant. Latencies are milliseconds. */
export interface VariantReport {
  readonly variant: ResultVariant;
  readonly steps: readonly StepFigures[];
  /** The step with the highest throughput before the first one with an unanswered request. */
  readonly capacity: StepFigures | undefined;
  /** Warm latencies of every step, by step index. */
  readonly warm: ReadonlyMap<number, Float64Array>;
  /** Latencies of cold starts, both forced and under load. */
  readonly cold: Float64Array;
  readonly coldMean: IntervalEstimate | undefined;
  /** Mean milliseconds by stage over all answered requests with a trace. */
  readonly stages: Readonly<Record<string, ClusterMean>>;
  /** Means over answered requests; undefined if replies do not report the figure. */
  readonly reads: ClusterMean | undefined;
  readonly bytes: ClusterMean | undefined;
  /** Resident memory of the functions, in bytes, when they replied. */
  readonly memory: { readonly mean: ClusterMean; readonly max: number } | undefined;
  /** US dollars for a million answered requests by line, and in total; empty if replies do not report their cost. */
  readonly usdPerMillion: Readonly<Record<string, ClusterMean>>;
  readonly totalUsdPerMillion: ClusterMean | undefined;
  readonly quality: readonly QualityFigure[];
}

/** Comparison of a variant with the first one, at the highest load that both answered. */
export interface ComparisonWithFirst {
  readonly variant: string;
  readonly reference: string;
  readonly ratePerSecond: number;
  readonly latency: readonly VariantComparison[];
  readonly success: VariantComparison;
  /** Ratio of the capacities, with an interval derived from those of the two throughputs. */
  readonly capacity: { readonly estimate: number; readonly low: number; readonly high: number } | undefined;
}

/** Figures of one result file. */
export interface ExperimentReport {
  readonly path: string;
  readonly header: ResultHeader;
  readonly samples: number;
  readonly interrupted: number;
  readonly variants: readonly VariantReport[];
  readonly comparisons: readonly ComparisonWithFirst[];
  readonly predictions: Predictions;
}

/** Minimum number of cold starts for an interval of their mean. */
const MIN_COLD = 5;

/** Computes all figures of a report from the raw samples of a result file. */
export async function reportOf(file: ResultFile): Promise<ExperimentReport> {
  const quality = new QualityCollector(file.header);
  const { table, samples, interrupted } = await readSteps(file, (sample) => quality.add(sample));
  const experiment = file.header.declaration as unknown as Experiment;
  const data = new Map(file.header.variants.map(({ name }) => [name, table.stepsOf(name)]));
  const variants = file.header.variants.map((variant): VariantReport => {
    const steps = data.get(variant.name)!;
    const all = [...steps, ...[table.of(variant.name, -1)].filter((step) => step !== undefined)];
    const cold = joined(all.map((step) => step.coldLatency()));
    const figures = steps.map((step) => stepFigures(step, experiment));
    return {
      variant,
      steps: figures,
      capacity: capacityOf(figures),
      warm: new Map(steps.map((step) => [step.step, step.warmLatency().values])),
      cold,
      coldMean: cold.length < MIN_COLD ? undefined : interval(cold, 'mean'),
      stages: means(all.map((step) => step.stages)),
      ...storageOf(all),
      memory: memoryOf(all),
      usdPerMillion: means(
        all.map((step) => step.costLines),
        1e6,
      ),
      totalUsdPerMillion: means(
        all.map((step) => step.cost),
        1e6,
      ).total,
      quality: quality.judged(variant.name),
    };
  });
  return {
    path: file.path,
    header: file.header,
    samples,
    interrupted,
    variants,
    comparisons: comparisonsOf(variants, data),
    predictions: await predictionsOf(
      file,
      variants.map(({ variant, steps }) => ({ name: variant.name, steps })),
    ),
  };
}

/** Mean of each quantity, times `factor`, with an interval over the blocks of all steps. */
function means(all: readonly BlockTotals[], factor = 1): Readonly<Record<string, ClusterMean>> {
  const names = new Set(all.flatMap((totals) => totals.names));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const sums = all.flatMap((totals) => totals.of(name));
      const found = clusterMean(sums.map(({ count, total }) => ({ count, total: factor * total })));
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function storageOf(all: readonly StepData[]): Pick<VariantReport, 'reads' | 'bytes'> {
  const { reads, bytes } = means(all.map(({ storage }) => storage));
  return { reads, bytes };
}

function memoryOf(all: readonly StepData[]): VariantReport['memory'] {
  const { mean } = means(all.map(({ memory }) => memory));
  return mean && { mean, max: Math.max(...all.map(({ maxMemoryBytes }) => maxMemoryBytes)) };
}

function comparisonsOf(
  variants: readonly VariantReport[],
  data: ReadonlyMap<string, readonly StepData[]>,
): readonly ComparisonWithFirst[] {
  const [first, ...others] = variants;
  if (first === undefined) return [];
  return others.flatMap((other): ComparisonWithFirst[] => {
    const ofFirst = data.get(first.variant.name)!;
    const ofOther = data.get(other.variant.name)!;
    const step = ofOther.findLast(
      (one) => hasAnswers(one) && ofFirst.some((two) => two.step === one.step && hasAnswers(two)),
    );
    if (step === undefined) return [];
    const reference = ofFirst.find((one) => one.step === step.step)!;
    return [
      {
        variant: other.variant.name,
        reference: first.variant.name,
        ratePerSecond: step.ratePerSecond,
        latency: (['mean', 'p95'] as const).map((statistic) =>
          compareStatistic(reference.warmLatency().blocks, step.warmLatency().blocks, statistic),
        ),
        success: compareStatistic(reference.outcomes('ok').blocks, step.outcomes('ok').blocks, 'rate'),
        capacity: capacityRatio(first.capacity, other.capacity),
      },
    ];
  });
}

const hasAnswers = (step: StepData): boolean => step.answeredWarm > 0;

/** Bounds of the ratio, computed conservatively from the bounds of the two throughputs. */
function capacityRatio(
  a: StepFigures | undefined,
  b: StepFigures | undefined,
): ComparisonWithFirst['capacity'] {
  if (a === undefined || b === undefined || a.throughput.low <= 0) return undefined;
  return {
    estimate: b.throughput.estimate / a.throughput.estimate,
    low: b.throughput.low / a.throughput.high,
    high: b.throughput.high / a.throughput.low,
  };
}
