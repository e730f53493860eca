import type { ComparedVariant, ComparisonResult, PairSummary } from '../../comparison/index.ts';
import { amount, bytes, duration } from '../format.ts';
import type { ReportTable } from '../tables.ts';

/** Tables of the variants' figures and of their pairwise differences. */
export const comparisonTables = (result: ComparisonResult): readonly ReportTable[] =>
  [variantsTable(result), pairsTable(result)].filter(({ rows }) => rows.length > 0);

function variantsTable({ variants, summary }: ComparisonResult): ReportTable {
  const metrics = Object.keys(summary.variants[0]?.quality ?? {});
  return {
    title: 'Variants',
    columns: [
      'variant',
      'index',
      'embedder',
      ...metrics,
      'p50',
      'p95',
      'first answer',
      'reads',
      'bytes read',
      'index size',
      'build',
      'memory',
      '$ per million',
    ],
    rows: variants.map((variant) => rowOf(variant, metrics)),
    note: `Brackets contain 95 % intervals, from ${summary.questions} questions. First answer: from the start of a process. Reads and bytes: means of a warm question. Memory: peak resident memory of a process that answered once. $ per million: AWS list price of a million warm requests to /retrieve, without logs, alarms and models.`,
  };
}

function rowOf(variant: ComparedVariant, metrics: readonly string[]): readonly string[] {
  const { summary, index, first, embedder, usdPerMillion } = variant;
  const { latencyMs, reads, bytes: read } = summary;
  const known = (value: number | undefined, write: (value: number) => string): string =>
    value === undefined ? '-' : write(value);
  const between = ([low, high]: readonly [number, number], write: (value: number) => string): string =>
    `(${write(low)} to ${write(high)})`;
  return [
    summary.name,
    `${index.kind}@${index.version}`,
    embedder,
    ...metrics.map((metric) => {
      const figure = summary.quality[metric];
      return figure === undefined
        ? '-'
        : `${figure.mean.toFixed(3)} ${between(figure.interval, (end) => end.toFixed(3))}`;
    }),
    `${duration(latencyMs.p50)} ${between(latencyMs.intervals.p50, amount)}`,
    `${duration(latencyMs.p95)} ${between(latencyMs.intervals.p95, amount)}`,
    known(first?.startToAnswerMs, duration),
    known(reads, amount),
    known(read, bytes),
    known(index.sizeBytes, bytes),
    duration(index.buildMs),
    known(first?.peakBytes, bytes),
    usdPerMillion.toFixed(2),
  ];
}

const pairsTable = ({ summary }: ComparisonResult): ReportTable => ({
  title: 'Pairwise differences',
  columns: ['variant', 'against', 'figure', 'value', '95 % interval', 'significant'],
  rows: summary.pairs.map(pairRow),
  note: 'On the same questions. Quality: difference of the means. Latency: ratio of the typical latencies of a question. A difference whose interval contains 0, or a ratio whose interval contains 1, may be chance.',
});

function pairRow({ a, b, figure, difference, interval, significant }: PairSummary): readonly string[] {
  const isRatio = figure === 'latency';
  const write = (value: number): string =>
    isRatio ? amount(value) : `${value >= 0 ? '+' : ''}${value.toFixed(4)}`;
  return [
    b,
    a,
    isRatio ? 'latency, ratio' : `${figure}, difference`,
    write(difference),
    interval.map(write).join(' to '),
    significant ? 'yes' : 'no',
  ];
}
