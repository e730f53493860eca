import {
  type ComparedVariant,
  type ComparisonResult,
  type PairSummary,
  suitabilityText,
} from '../../measure/index.ts';
import { type Column, formatBytes, formatDuration, tableOf } from '../output.ts';

/** A comparison as text: one table, then the significant differences. */
export function comparisonResultText(result: ComparisonResult): string {
  const { summary, variants, notes, suitability } = result;
  const metrics = Object.keys(summary.variants[0]?.quality ?? {});
  const hasEmbedders = new Set(variants.map(({ collection }) => collection)).size > 1;
  return [
    `${summary.questions} questions${result.synthetic ? ' (synthetic)' : ''}, ${summary.judged} with relevant documents; ${result.rounds} timed ${result.rounds === 1 ? 'round' : 'rounds'}; intervals are 95 % confidence intervals`,
    `Answerable by the corpus: ${suitabilityText(suitability)}`,
    ...(suitability.warning === undefined ? [] : [`Warning: ${suitability.warning}`]),
    tableOf(variants, [
      ['variant', (variant) => variant.summary.name],
      ...(hasEmbedders ? [EMBEDDER] : []),
      ...metrics.flatMap(qualityColumns),
      ...COLUMNS,
    ]),
    'first answer: from the start of a process; $ per million: AWS list price of a million warm /retrieve requests, without logs and models (srag cost)',
    ...(summary.pairs.length === 0 ? [] : ['', 'Differences:', ...summary.pairs.map(pairText)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

const EMBEDDER: Column<ComparedVariant> = ['embedder', ({ embedder }) => embedder];

const qualityColumns = (metric: string): readonly Column<ComparedVariant>[] => [
  [metric, ({ summary }) => summary.quality[metric]?.mean.toFixed(3) ?? '-'],
  [
    'interval',
    ({ summary }) => summary.quality[metric]?.interval.map((end) => end.toFixed(3)).join(' - ') ?? '-',
  ],
];

const known = (value: number | undefined, write: (value: number) => string): string =>
  value === undefined ? '-' : write(value);

const COLUMNS: readonly Column<ComparedVariant>[] = [
  ['p50', ({ summary }) => formatDuration(summary.latencyMs.p50)],
  ['p95', ({ summary }) => formatDuration(summary.latencyMs.p95)],
  ['first answer', ({ first }) => known(first?.startToAnswerMs, formatDuration)],
  ['reads', ({ summary }) => known(summary.reads, (value) => value.toFixed(1))],
  ['read', ({ summary }) => known(summary.bytes, formatBytes)],
  ['size', ({ index }) => known(index.sizeBytes, formatBytes)],
  ['build', ({ index }) => formatDuration(index.buildMs)],
  ['memory', ({ first }) => known(first?.peakBytes, formatBytes)],
  ['$ per million', ({ usdPerMillion }) => usdPerMillion.toFixed(2)],
];

function pairText({ a, b, figure, difference, interval, significant }: PairSummary): string {
  const [low, high] = interval;
  const ends = (digits: number): string => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  if (figure === 'latency') {
    const verdict = significant
      ? `${b} is ${difference < 1 ? 'faster' : 'slower'} than ${a}`
      : `no significant difference between ${a} and ${b}`;
    return `  latency: ${verdict} (ratio ${difference.toFixed(2)}, ${ends(2)})`;
  }
  const verdict = significant
    ? `${b} is ${difference > 0 ? 'better' : 'worse'} than ${a}`
    : `no significant difference between ${a} and ${b}`;
  return `  ${figure}: ${verdict} (${difference >= 0 ? '+' : ''}${difference.toFixed(4)}, ${ends(4)})`;
}
