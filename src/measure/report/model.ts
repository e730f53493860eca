import { capacityOf, type StepFigures, stepFigures } from '../experiment/analysis/figures.ts';
import { QualityCollector, type QualityFigure } from '../experiment/analysis/quality.ts';
import { readSteps } from '../experiment/analysis/read-steps.ts';
import { joined, type StepData } from '../experiment/analysis/step-data.ts';
import type { Experiment } from '../experiment/declaration/schema.ts';
import type { ResultHeader, ResultVariant } from '../experiment/results/header.ts';
import type { ResultFile } from '../experiment/results/reader.ts';
import {
  compareStatistic,
  type IntervalEstimate,
  interval,
  type VariantComparison,
} from '../statistics/index.ts';

/** Everything a report says of one variant. Latencies are milliseconds. */
export interface VariantReport {
  readonly variant: ResultVariant;
  readonly steps: readonly StepFigures[];
  /** The step with the highest throughput at which at least 99 % was answered; undefined where there is none. */
  readonly capacity: StepFigures | undefined;
  /** Warm latencies of every step, by index of the step. */
  readonly warm: ReadonlyMap<number, Float64Array>;
  /** Latencies of forced cold starts and of cold starts under load. */
  readonly cold: Float64Array;
  readonly coldMean: IntervalEstimate | undefined;
  /** Mean milliseconds by stage over all answered requests. */
  readonly stages: Readonly<Record<string, number>>;
  /** Means of answered requests; undefined where replies do not say. */
  readonly reads: number | undefined;
  readonly bytes: number | undefined;
  /** US dollars for a million answered requests by line; empty where replies do not say. */
  readonly usdPerMillion: Readonly<Record<string, number>>;
  readonly quality: readonly QualityFigure[];
}

/** How a variant compares with the first one, at the highest load that both were asked at. */
export interface ComparisonWithFirst {
  readonly variant: string;
  readonly reference: string;
  readonly ratePerSecond: number;
  readonly latency: readonly VariantComparison[];
  readonly success: VariantComparison;
  /** Ratio of the capacities with an interval from those of the two throughputs. */
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
}

/** Cold starts whose mean has an interval that says something. */
const MIN_COLD = 5;

/** Computes every figure of a report from the raw samples of a result file. */
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
      warm: new Map(steps.map((step) => [step.step, joined(step.warmLatency())])),
      cold,
      coldMean: cold.length < MIN_COLD ? undefined : interval(cold, 'mean'),
      stages: means(all.map((step) => step.stages)),
      reads: meanOf(all, 'reads'),
      bytes: meanOf(all, 'bytes'),
      usdPerMillion: costLines(all),
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
  };
}

function means(all: readonly StepData['stages'][]): Record<string, number> {
  const sums = new Map<string, { count: number; total: number }>();
  for (const stages of all)
    for (const [name, { count, total }] of stages) {
      const sum = sums.get(name) ?? { count: 0, total: 0 };
      sums.set(name, { count: sum.count + count, total: sum.total + total });
    }
  return Object.fromEntries([...sums].map(([name, { count, total }]) => [name, total / count]));
}

function meanOf(all: readonly StepData[], figure: 'reads' | 'bytes'): number | undefined {
  const count = all.reduce((sum, { storage }) => sum + storage[figure].count, 0);
  return count === 0 ? undefined : all.reduce((sum, { storage }) => sum + storage[figure].total, 0) / count;
}

function costLines(all: readonly StepData[]): Record<string, number> {
  const count = all.reduce((sum, { cost }) => sum + cost.count, 0);
  const lines = new Map<string, number>();
  for (const { cost } of all)
    for (const [name, usd] of cost.lines) lines.set(name, (lines.get(name) ?? 0) + (1e6 * usd) / count);
  return Object.fromEntries(lines);
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
          compareStatistic(reference.warmLatency(), step.warmLatency(), statistic),
        ),
        success: compareStatistic(reference.outcomes('ok'), step.outcomes('ok'), 'rate'),
        capacity: capacityRatio(first.capacity, other.capacity),
      },
    ];
  });
}

const hasAnswers = (step: StepData): boolean => step.warmLatency().some(({ length }) => length > 0);

/** Bounds of the ratio from the bounds of the two throughputs: wide rather than too narrow. */
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
