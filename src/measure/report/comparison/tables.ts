import type { ComparedVariant, ComparisonResult, PairSummary } from '../../comparison/index.ts';
import { amount, bytes, duration, known } from '../format.ts';
import { type Cell, type ReportTable, tableFrom } from '../tables.ts';

/** Tables of the variants' figures and of their pairwise differences. */
export const comparisonTables = ({ variants, summary }: ComparisonResult): readonly ReportTable[] =>
  [
    tableFrom(
      'Variants',
      variants.map((variant) => rowOf(variant, Object.keys(summary.variants[0]?.quality ?? {}))),
      `Brackets contain 95 % intervals, from ${summary.questions} questions. First answer: from the start of a process. Reads and bytes: means per warm question. Memory: peak resident memory of a process that answered once. $ per million: AWS list price of a million warm requests to /retrieve, without logs, alarms and models.`,
    ),
    tableFrom(
      'Pairwise differences',
      summary.pairs.map(pairRow),
      "On the same questions. Quality: difference of the means. Latency: ratio of the geometric means of the questions' median latencies. A difference whose interval contains 0, or a ratio whose interval contains 1, may be chance.",
    ),
  ].filter(({ rows }) => rows.length > 0);

function rowOf(variant: ComparedVariant, metrics: readonly string[]): Cell[] {
  const { summary, index, first } = variant;
  const { latencyMs } = summary;
  const between = ([low, high]: readonly [number, number], write: (value: number) => string): string =>
    `(${write(low)} to ${write(high)})`;
  return [
    ['variant', summary.name],
    ['index', `${index.kind}@${index.version}`],
    ['embedder', variant.embedder],
    ...metrics.map((metric): Cell => {
      const figure = summary.quality[metric];
      return [
        metric,
        figure === undefined
          ? '-'
          : `${figure.mean.toFixed(3)} ${between(figure.interval, (end) => end.toFixed(3))}`,
      ];
    }),
    ['p50', `${duration(latencyMs.p50)} ${between(latencyMs.intervals.p50, amount)}`],
    ['p95', `${duration(latencyMs.p95)} ${between(latencyMs.intervals.p95, amount)}`],
    ['first answer', known(first?.startToAnswerMs, duration)],
    ['reads', known(summary.reads, amount)],
    ['bytes read', known(summary.bytes, bytes)],
    ['index size', known(index.sizeBytes, bytes)],
    ['build', duration(index.buildMs)],
    ['memory', known(first?.peakBytes, bytes)],
    ['$ per million', variant.usdPerMillion.toFixed(2)],
  ];
}

function pairRow({ a, b, figure, difference, interval, significant }: PairSummary): Cell[] {
  const isRatio = figure === 'latency';
  const write = (value: number): string =>
    isRatio ? amount(value) : `${value >= 0 ? '+' : ''}${value.toFixed(4)}`;
  return [
    ['variant', b],
    ['against', a],
    ['figure', isRatio ? 'latency, ratio' : `${figure}, difference`],
    ['value', write(difference)],
    ['95 % interval', interval.map(write).join(' to ')],
    ['significant', significant ? 'yes' : 'no'],
  ];
}
