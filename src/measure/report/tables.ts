import type { Figure } from '../simulation/summary.ts';
import type { ClusterMean, IntervalEstimate } from '../statistics/index.ts';
import { amount, bytes, duration, known, percent, range } from './format.ts';
import type { ComparisonWithFirst, ExperimentReport, VariantReport } from './model.ts';

/** A table of a report. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note: string;
}

/** A cell with the name of its column. */
export type Cell = readonly [column: string, text: string];

/** A table from rows of the same columns. */
export const tableFrom = (title: string, rows: readonly (readonly Cell[])[], note: string): ReportTable => ({
  title,
  columns: rows[0]?.map(([column]) => column) ?? [],
  rows: rows.map((row) => row.map(([, text]) => text)),
  note,
});

/** The tables of an experiment. */
export const tablesOf = (report: ExperimentReport): readonly ReportTable[] =>
  [
    tableFrom(
      'Variants',
      report.variants.map(variantRow),
      'Means of answered requests. Memory used: resident memory of the function when it replied. Capacity: the highest throughput of the steps before the first one with an unanswered request. Intervals: 95 %.',
    ),
    tableFrom(
      'Steps',
      report.variants.flatMap(({ steps }) => steps.map(stepRow)),
      'Latencies of answered warm requests from their intended start, with 95 % intervals. * marks too few samples for a reliable interval.',
    ),
    tableFrom(
      'Time and cost by part',
      report.variants.flatMap(partRows),
      'Over all answered requests, including cold ones. Intervals: 95 %, over the blocks of all steps.',
    ),
    predictionsTable(report),
    tableFrom(
      'Comparisons with the first variant',
      report.comparisons.flatMap(comparisonRows),
      'At the highest load at which both variants answered. A ratio whose interval contains 1, or a difference whose interval contains 0, may be chance.',
    ),
  ].filter(({ rows }) => rows.length > 0);

function variantRow(of: VariantReport): Cell[] {
  const { variant, cold, coldMean, memory, capacity } = of;
  const { index } = variant;
  return [
    ['variant', variant.name],
    ['index', index === undefined ? '-' : `${index.kind}@${index.version}`],
    ['chunks', known(index?.rows, (rows) => rows.toLocaleString('en-US'))],
    ['index size', known(index?.sizeBytes, bytes)],
    ['build', known(index?.buildMs, duration)],
    ['function memory', known(variant.memoryMb, (mb) => `${mb} MB`)],
    ['memory used, mean', withInterval(memory?.mean, bytes)],
    ['memory used, most', known(memory?.max, bytes)],
    [
      'cold start',
      coldMean === undefined
        ? '-'
        : `${duration(coldMean.estimate)} (${range(coldMean, duration)}; n = ${cold.length})`,
    ],
    ['reads', withInterval(of.reads, amount)],
    ['bytes read', withInterval(of.bytes, bytes)],
    ['nDCG@10', quality(of, 'ndcg@10')],
    ['recall@10', quality(of, 'recall@10')],
    ['$ per million', withInterval(of.totalUsdPerMillion, (usd) => usd.toFixed(2))],
    [
      'capacity',
      capacity === undefined
        ? 'below the first step'
        : `${amount(capacity.throughput.estimate)}/s (${range(capacity.throughput, amount)})`,
    ],
  ];
}

function quality(variant: VariantReport, name: string): string {
  const figure = variant.quality.find((one) => one.name === name);
  return figure === undefined
    ? '-'
    : `${figure.estimate.toFixed(3)} (${figure.interval.map((end) => end.toFixed(3)).join(' to ')})`;
}

function predictionsTable({ predictions }: ExperimentReport): ReportTable {
  const differing = predictions.steps.filter(({ agrees }) => !agrees).length;
  const predicted = ({ value, interval }: Figure, write: (value: number) => string): string =>
    value === undefined ? '-' : `${write(value)}${interval ? ` (${interval.map(write).join(' to ')})` : ''}`;
  return tableFrom(
    'Simulated and measured',
    predictions.steps.map(({ measured: step, figures, simulated, agrees }) => [
      ['variant', step.variant],
      ['offered/s', amount(step.ratePerSecond)],
      ['n measured', step.requests.toLocaleString('en-US')],
      ['n simulated', Math.round(simulated).toLocaleString('en-US')],
      ['p50 measured', measured(step.latency.p50, duration)],
      ['p50 simulated', predicted(figures.warmP50Ms, duration)],
      ['p95 measured', measured(step.latency.p95, duration)],
      ['p95 simulated', predicted(figures.warmP95Ms, duration)],
      ['success measured', measured(step.success, percent)],
      ['success simulated', predicted(figures.okShare, (share) => percent(Math.min(1, share)))],
      ['agree', agrees ? 'yes' : 'no'],
    ]),
    [
      'Warm requests, 95 % intervals. The simulation uses only the concurrency limit and the service times of the lowest step with enough samples. It starts without environments and assumes that each has its own processor, which is not so on a laptop. A step agrees if p50 and p95 are within 10 % and the success within 3 points.',
      differing === 0
        ? 'All steps agree.'
        : `${differing} of ${predictions.steps.length} steps do not agree: do not rely on predictions for such loads without measuring.`,
      ...predictions.notes,
    ].join(' '),
  );
}

const measured = (of: IntervalEstimate | undefined, write: (value: number) => string): string =>
  of === undefined ? '-' : `${write(of.estimate)} (${range(of, write)})`;

/** A mean with interval and count, such as `12 (11 to 13; n = 400)`. With one block, there is no interval. */
function withInterval(mean: ClusterMean | undefined, write: (value: number) => string): string {
  if (mean === undefined) return '-';
  const interval = Number.isFinite(mean.low) ? `${range(mean, write)}; ` : '';
  return `${write(mean.estimate)} (${interval}n = ${mean.n.toLocaleString('en-US')})`;
}

function partRows({ variant, stages, usdPerMillion }: VariantReport): Cell[][] {
  const row = (part: string, mean: string): Cell[] => [
    ['variant', variant.name],
    ['part', part],
    ['mean of an answered request', mean],
  ];
  return [
    ...Object.entries(stages).map(([name, mean]) =>
      row(`stage ${name.replace(/Ms$/, '')}`, withInterval(mean, duration)),
    ),
    ...Object.entries(usdPerMillion).map(([name, mean]) =>
      row(
        `cost ${name}`,
        withInterval(mean, (usd) => `$${amount(usd)} per million`),
      ),
    ),
  ];
}

function stepRow(step: VariantReport['steps'][number]): Cell[] {
  const latencies = ['mean', 'p50', 'p95', 'p99'].map((name): Cell => {
    const found = step.latency[name];
    return [name, `${measured(found, duration)}${found?.reliable === false ? ' *' : ''}`];
  });
  return [
    ['variant', step.variant],
    ['offered/s', amount(step.ratePerSecond)],
    ['requests', step.requests.toLocaleString('en-US')],
    ['answered/s', amount(step.throughput.estimate)],
    ['success', percent(step.success.estimate)],
    ['errors', percent(step.errors.estimate)],
    ['timeouts', percent(step.timeouts.estimate)],
    ['429', percent(step.throttles.estimate)],
    ...latencies,
    ['converged', step.convergence.state === 'converged' ? 'yes' : `no: ${step.convergence.reason}`],
    ['generator late p99', duration(step.lateness.p99)],
  ];
}

function comparisonRows(comparison: ComparisonWithFirst): Cell[][] {
  const { variant, reference, ratePerSecond, latency, success, capacity } = comparison;
  const row = (
    offered: string,
    figure: string,
    of: { readonly estimate: number; readonly low: number; readonly high: number },
    significant: boolean,
  ): Cell[] => {
    const write = figure.endsWith('ratio') ? amount : percent;
    return [
      ['variant', variant],
      ['against', reference],
      ['offered/s', offered],
      ['figure', figure],
      ['value', write(of.estimate)],
      ['95 % interval', range(of, write)],
      ['significant', significant ? 'yes' : 'no'],
    ];
  };
  const ofCapacity = capacity && row('-', 'capacity, ratio', capacity, capacity.low > 1 || capacity.high < 1);
  return [
    ...[...latency, success].map((of) =>
      row(
        amount(ratePerSecond),
        of.by === 'ratio' ? `${of.statistic} latency, ratio` : 'success, difference',
        of,
        of.significant,
      ),
    ),
    ...(ofCapacity === undefined ? [] : [ofCapacity]),
  ];
}
