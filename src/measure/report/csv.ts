import type { ExperimentReport } from './model.ts';

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

function rowsOf({ header, variants, comparisons }: ExperimentReport): Cell[][] {
  const rows: Cell[][] = [];
  for (const {
    variant,
    steps,
    coldMean,
    stages,
    reads,
    bytes,
    memory,
    usdPerMillion,
    totalUsdPerMillion,
    quality,
  } of variants) {
    const add = (
      figure: string,
      unit: string,
      value: { estimate: number; low?: number; high?: number; n?: number },
      step?: { step: number; ratePerSecond: number },
    ): void => {
      rows.push([
        header.name,
        variant.name,
        step?.step,
        step?.ratePerSecond,
        figure,
        unit,
        value.estimate,
        value.low,
        value.high,
        value.n,
      ]);
    };
    for (const step of steps) {
      for (const [name, found] of Object.entries(step.latency)) add(`latency.${name}`, 'ms', found, step);
      for (const name of ['success', 'errors', 'timeouts', 'throttles'] as const)
        add(name, 'share', step[name], step);
      add('throughput', 'requests/s', { ...step.throughput, n: step.blocks }, step);
      add('lateness.p99', 'ms', { estimate: step.lateness.p99, n: step.requests }, step);
    }
    if (coldMean) add('cold.mean', 'ms', coldMean);
    for (const [name, mean] of Object.entries(stages)) add(`stage.${name}`, 'ms', mean);
    if (reads !== undefined) add('storage.reads', 'requests', reads);
    if (bytes !== undefined) add('storage.bytes', 'bytes', bytes);
    if (memory !== undefined) {
      add('memory.mean', 'bytes', memory.mean);
      add('memory.max', 'bytes', { estimate: memory.max, n: memory.mean.n });
    }
    for (const [name, usd] of Object.entries(usdPerMillion)) add(`cost.${name}`, 'USD per million', usd);
    if (totalUsdPerMillion) add('cost', 'USD per million', totalUsdPerMillion);
    for (const { name, estimate, interval, n } of quality)
      add(name, 'share', { estimate, low: interval[0], high: interval[1], n });
  }
  for (const { variant, reference, ratePerSecond, latency, success, capacity } of comparisons) {
    for (const of of [...latency, success])
      rows.push([
        header.name,
        `${variant} / ${reference}`,
        undefined,
        ratePerSecond,
        `${of.by}.${of.statistic === 'rate' ? 'success' : of.statistic}`,
        of.by,
        of.estimate,
        of.low,
        of.high,
        undefined,
      ]);
    if (capacity)
      rows.push([
        header.name,
        `${variant} / ${reference}`,
        undefined,
        undefined,
        'ratio.capacity',
        'ratio',
        capacity.estimate,
        capacity.low,
        capacity.high,
        undefined,
      ]);
  }
  return rows;
}

function cell(value: Cell): string {
  if (value === undefined) return '';
  // Unbounded ends of intervals become empty cells.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return '';
  const text = String(value);
  // Spreadsheets would interpret a text with such a start as a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
