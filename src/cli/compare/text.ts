import {
  type ComparedVariant,
  type ComparisonResult,
  type PairSummary,
  suitabilityText,
} from '../../measure/index.ts';
import { formatBytes, formatDuration, table } from '../output.ts';

/** A comparison as text: one table, then the significant differences. */
export function comparisonResultText(result: ComparisonResult): string {
  const { summary, variants, notes, suitability } = result;
  const metrics = Object.keys(summary.variants[0]?.quality ?? {});
  const hasEmbedders = new Set(variants.map(({ collection }) => collection)).size > 1;
  const rows = variants.map((variant) => {
    const [name = '', ...figures] = rowOf(variant, metrics);
    return hasEmbedders ? [name, variant.embedder, ...figures] : [name, ...figures];
  });
  return [
    `${summary.questions} questions${result.synthetic ? ' (synthetic)' : ''}, ${summary.judged} with relevant documents; ${result.rounds} timed ${result.rounds === 1 ? 'round' : 'rounds'}; intervals are 95 %`,
    `Answerable by the corpus: ${suitabilityText(suitability)}`,
    ...(suitability.warning === undefined ? [] : [`Warning: ${suitability.warning}`]),
    table(
      [
        'variant',
        ...(hasEmbedders ? ['embedder'] : []),
        ...metrics.flatMap((metric) => [metric, 'interval']),
        'p50',
        'p95',
        'first answer',
        'reads',
        'read',
        'size',
        'build',
        'memory',
        '$ per million',
      ],
      rows,
    ),
    'first answer: from the start of a process; $ per million: AWS list price of a million warm /retrieve requests, without logs and models (srag cost)',
    ...(summary.pairs.length === 0 ? [] : ['', 'Differences:', ...summary.pairs.map(pairText)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function rowOf(
  { summary, index, first, usdPerMillion }: ComparedVariant,
  metrics: readonly string[],
): string[] {
  const { latencyMs, reads, bytes } = summary;
  const known = (value: number | undefined, write: (value: number) => string): string =>
    value === undefined ? '-' : write(value);
  return [
    summary.name,
    ...metrics.flatMap((metric) => {
      const figure = summary.quality[metric];
      return figure === undefined
        ? ['-', '-']
        : [figure.mean.toFixed(3), figure.interval.map((end) => end.toFixed(3)).join(' - ')];
    }),
    formatDuration(latencyMs.p50),
    formatDuration(latencyMs.p95),
    known(first?.startToAnswerMs, formatDuration),
    known(reads, (value) => value.toFixed(1)),
    known(bytes, formatBytes),
    known(index.sizeBytes, formatBytes),
    formatDuration(index.buildMs),
    known(first?.peakBytes, formatBytes),
    usdPerMillion.toFixed(2),
  ];
}

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
