import type { ComparisonWithFirst, ExperimentReport, VariantReport } from './model.ts';

const COLUMNS = [
  'experiment',
  'variant',
  'step',
  'ratePerSecond',
  'figure',
  'unit',
  'estimate',
  'low',
  'high',
  'n',
] as const;

/** Every figure of the reports at full precision, one per line, computed from the raw samples. */
export function csvOf(reports: readonly ExperimentReport[]): string {
  const lines = reports.flatMap((report) => rowsOf(report).map((row) => row.map(cell).join(',')));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

type Cell = string | number | undefined;

interface Estimate {
  readonly estimate: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly n?: number | undefined;
}

/** A figure of a variant at a step or, without a step, over the whole experiment. */
type Row = readonly [
  figure: string,
  unit: string,
  value: Estimate,
  step?: { readonly step?: number | undefined; readonly ratePerSecond?: number | undefined },
];

function rowsOf({ header, variants, comparisons }: ExperimentReport): Cell[][] {
  const cellsOf = (variant: string, [figure, unit, value, step]: Row): Cell[] => [
    ...[header.name, variant, step?.step, step?.ratePerSecond, figure, unit],
    ...[value.estimate, value.low, value.high, value.n],
  ];
  return [
    ...variants.flatMap((report) => variantRows(report).map((row) => cellsOf(report.variant.name, row))),
    ...comparisons.flatMap((comparison) =>
      comparisonRows(comparison).map((row) =>
        cellsOf(`${comparison.variant} / ${comparison.reference}`, row),
      ),
    ),
  ];
}

const variantRows = (report: VariantReport): Row[] => [
  ...report.steps.flatMap(stepRows),
  ...measured('cold.mean', 'ms', report.coldMean),
  ...Object.entries(report.stages).map(([name, mean]): Row => [`stage.${name}`, 'ms', mean]),
  ...measured('storage.reads', 'requests', report.reads),
  ...measured('storage.bytes', 'bytes', report.bytes),
  ...measured('memory.mean', 'bytes', report.memory?.mean),
  ...measured(
    'memory.max',
    'bytes',
    report.memory && { estimate: report.memory.max, n: report.memory.mean.n },
  ),
  ...Object.entries(report.usdPerMillion).map(([name, usd]): Row => [`cost.${name}`, 'USD per million', usd]),
  ...measured('cost', 'USD per million', report.totalUsdPerMillion),
  ...report.quality.map(
    ({ name, estimate, interval: [low, high], n }): Row => [name, 'share', { estimate, low, high, n }],
  ),
];

const measured = (figure: string, unit: string, value: Estimate | undefined): Row[] =>
  value === undefined ? [] : [[figure, unit, value]];

const stepRows = (step: VariantReport['steps'][number]): Row[] => [
  ...Object.entries(step.latency).map(([name, found]): Row => [`latency.${name}`, 'ms', found, step]),
  ...(['success', 'errors', 'timeouts', 'throttles'] as const).map(
    (name): Row => [name, 'share', step[name], step],
  ),
  ['throughput', 'requests/s', { ...step.throughput, n: step.blocks }, step],
  ['lateness.p99', 'ms', { estimate: step.lateness.p99, n: step.requests }, step],
];

const comparisonRows = ({ ratePerSecond, latency, success, capacity }: ComparisonWithFirst): Row[] => [
  ...[...latency, success].map(
    ({ by, statistic, estimate, low, high }): Row => [
      `${by}.${statistic === 'rate' ? 'success' : statistic}`,
      by,
      { estimate, low, high },
      { ratePerSecond },
    ],
  ),
  ...measured('ratio.capacity', 'ratio', capacity),
];

function cell(value: Cell): string {
  if (value === undefined) return '';
  // Unbounded ends of intervals become empty cells.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return '';
  const text = String(value);
  // Spreadsheets would interpret a text that starts with one of these characters as a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
