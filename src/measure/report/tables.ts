import type { Figure } from '../simulation/summary.ts';
import type { ClusterMean, IntervalEstimate } from '../statistics/index.ts';
import { amount, bytes, duration, percent } from './format.ts';
import type { ExperimentReport, VariantReport } from './model.ts';

/** A table of a report. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note: string;
}

/** The tables of an experiment. */
export const tablesOf = (report: ExperimentReport): readonly ReportTable[] =>
  [
    variantsTable(report),
    stepsTable(report),
    partsTable(report),
    predictionsTable(report),
    comparisonsTable(report),
  ].filter(({ rows }) => rows.length > 0);

function variantsTable({ variants }: ExperimentReport): ReportTable {
  return {
    title: 'Variants',
    columns: [
      'variant',
      'index',
      'chunks',
      'index size',
      'build',
      'function memory',
      'memory used, mean',
      'memory used, most',
      'cold start',
      'reads',
      'bytes read',
      'nDCG@10',
      'recall@10',
      '$ per million',
      'capacity',
    ],
    rows: variants.map(variantRow),
    note: 'Means of answered requests. Memory used: resident memory of the function when it replied. Capacity: the highest throughput of the steps before the first one with an unanswered request. Intervals: 95 %.',
  };
}

function variantRow(of: VariantReport): string[] {
  const { variant, cold, coldMean, reads, bytes: read, memory, totalUsdPerMillion, capacity } = of;
  return [
    variant.name,
    variant.index === undefined ? '-' : `${variant.index.kind}@${variant.index.version}`,
    known(variant.index?.rows, (rows) => rows.toLocaleString('en-US')),
    known(variant.index?.sizeBytes, bytes),
    known(variant.index?.buildMs, duration),
    known(variant.memoryMb, (mb) => `${mb} MB`),
    withInterval(memory?.mean, bytes),
    known(memory?.max, bytes),
    coldMean === undefined
      ? '-'
      : `${duration(coldMean.estimate)} (${duration(coldMean.low)} to ${duration(coldMean.high)}; n = ${cold.length})`,
    withInterval(reads, amount),
    withInterval(read, bytes),
    quality(of, 'ndcg@10'),
    quality(of, 'recall@10'),
    withInterval(totalUsdPerMillion, (usd) => usd.toFixed(2)),
    capacity === undefined
      ? 'below the first step'
      : `${amount(capacity.throughput.estimate)}/s (${amount(capacity.throughput.low)} to ${amount(capacity.throughput.high)})`,
  ];
}

const known = (value: number | undefined, write: (value: number) => string): string =>
  value === undefined ? '-' : write(value);

function quality(variant: VariantReport, name: string): string {
  const figure = variant.quality.find((one) => one.name === name);
  return figure === undefined
    ? '-'
    : `${figure.estimate.toFixed(3)} (${figure.interval.map((end) => end.toFixed(3)).join(' to ')})`;
}

function predictionsTable({ predictions }: ExperimentReport): ReportTable {
  const differing = predictions.steps.filter(({ agrees }) => !agrees).length;
  const measured = (of: IntervalEstimate | undefined, write: (value: number) => string): string =>
    of === undefined ? '-' : `${write(of.estimate)} (${write(of.low)} to ${write(of.high)})`;
  const predicted = ({ value, interval }: Figure, write: (value: number) => string): string =>
    value === undefined ? '-' : `${write(value)}${interval ? ` (${interval.map(write).join(' to ')})` : ''}`;
  return {
    title: 'Simulated and measured',
    columns: [
      'variant',
      'offered/s',
      'n measured',
      'n simulated',
      'p50 measured',
      'p50 simulated',
      'p95 measured',
      'p95 simulated',
      'success measured',
      'success simulated',
      'agree',
    ],
    rows: predictions.steps.map(({ measured: step, figures, simulated, agrees }) => [
      step.variant,
      amount(step.ratePerSecond),
      step.requests.toLocaleString('en-US'),
      Math.round(simulated).toLocaleString('en-US'),
      measured(step.latency.p50, duration),
      predicted(figures.warmP50Ms, duration),
      measured(step.latency.p95, duration),
      predicted(figures.warmP95Ms, duration),
      measured(step.success, percent),
      predicted(figures.okShare, (share) => percent(Math.min(1, share))),
      agrees ? 'yes' : 'no',
    ]),
    note: [
      'Warm requests, 95 % intervals. The simulation uses only the concurrency limit and the service times of the lowest step with enough samples. It starts without environments and assumes that each has its own processor, which is not so on a laptop. A step agrees if p50 and p95 are within 10 % and the success within 3 points.',
      differing === 0
        ? 'All steps agree.'
        : `${differing} of ${predictions.steps.length} steps do not agree: do not rely on predictions for such loads without measuring.`,
      ...predictions.notes,
    ].join(' '),
  };
}

/** `12 (11 to 13; n = 400)`; a single block has no interval. */
function withInterval(mean: ClusterMean | undefined, write: (value: number) => string): string {
  if (mean === undefined) return '-';
  const { estimate, low, high, n } = mean;
  const interval = Number.isFinite(low) ? `${write(low)} to ${write(high)}; ` : '';
  return `${write(estimate)} (${interval}n = ${n.toLocaleString('en-US')})`;
}

function partsTable({ variants }: ExperimentReport): ReportTable {
  return {
    title: 'Time and cost by part',
    columns: ['variant', 'part', 'mean of an answered request'],
    rows: variants.flatMap(({ variant, stages, usdPerMillion }) => [
      ...Object.entries(stages).map(([name, mean]) => [
        variant.name,
        `stage ${name.replace(/Ms$/, '')}`,
        withInterval(mean, duration),
      ]),
      ...Object.entries(usdPerMillion).map(([name, mean]) => [
        variant.name,
        `cost ${name}`,
        withInterval(mean, (usd) => `$${amount(usd)} per million`),
      ]),
    ]),
    note: 'Over all answered requests, including cold ones. Intervals: 95 %, over the blocks of all steps.',
  };
}

function stepsTable({ variants }: ExperimentReport): ReportTable {
  return {
    title: 'Steps',
    columns: [
      'variant',
      'offered/s',
      'requests',
      'answered/s',
      'success',
      'errors',
      'timeouts',
      '429',
      'mean',
      'p50',
      'p95',
      'p99',
      'converged',
      'generator late p99',
    ],
    rows: variants.flatMap(({ steps }) =>
      steps.map((step) => {
        const latency = (name: string): string => {
          const found = step.latency[name];
          return found === undefined
            ? '-'
            : `${duration(found.estimate)} (${duration(found.low)} to ${duration(found.high)})${found.reliable ? '' : ' *'}`;
        };
        return [
          step.variant,
          amount(step.ratePerSecond),
          step.requests.toLocaleString('en-US'),
          amount(step.throughput.estimate),
          percent(step.success.estimate),
          percent(step.errors.estimate),
          percent(step.timeouts.estimate),
          percent(step.throttles.estimate),
          latency('mean'),
          latency('p50'),
          latency('p95'),
          latency('p99'),
          step.convergence.state === 'converged' ? 'yes' : `no: ${step.convergence.reason}`,
          duration(step.lateness.p99),
        ];
      }),
    ),
    note: 'Latencies of answered warm requests from their intended start, with 95 % intervals. * marks too few samples for a reliable interval.',
  };
}

function comparisonsTable({ comparisons }: ExperimentReport): ReportTable {
  return {
    title: 'Comparisons with the first variant',
    columns: ['variant', 'against', 'offered/s', 'figure', 'value', '95 % interval', 'significant'],
    rows: comparisons.flatMap(({ variant, reference, ratePerSecond, latency, success, capacity }) => [
      ...[...latency, success].map((of) => [
        variant,
        reference,
        amount(ratePerSecond),
        of.by === 'ratio' ? `${of.statistic} latency, ratio` : 'success, difference',
        of.by === 'ratio' ? amount(of.estimate) : percent(of.estimate),
        of.by === 'ratio'
          ? `${amount(of.low)} to ${amount(of.high)}`
          : `${percent(of.low)} to ${percent(of.high)}`,
        of.significant ? 'yes' : 'no',
      ]),
      ...(capacity === undefined
        ? []
        : [
            [
              variant,
              reference,
              '-',
              'capacity, ratio',
              amount(capacity.estimate),
              `${amount(capacity.low)} to ${amount(capacity.high)}`,
              capacity.low > 1 || capacity.high < 1 ? 'yes' : 'no',
            ],
          ]),
    ]),
    note: 'At the highest load at which both variants answered. A ratio whose interval contains 1, or a difference whose interval contains 0, may be chance.',
  };
}
