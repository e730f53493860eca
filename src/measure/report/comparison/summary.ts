import type { ComparisonResult, PairSummary, VariantSummary } from '../../comparison/index.ts';
import { amount } from '../format.ts';
import { differenceSentences } from '../summary.ts';

/** Maximum number of differences in a sentence; the table contains all of them. */
const MAX_LISTED = 6;

/** Writes three sentences: the leading variants, the significant differences, and the other differences. */
export function comparisonSummary({ summary }: ComparisonResult): readonly string[] {
  const { variants, pairs } = summary;
  const [metric] = Object.keys(variants[0]?.quality ?? {});
  const fastest = variants.toSorted((a, b) => a.latencyMs.p50 - b.latencyMs.p50)[0]!;
  const speed = `${fastest.name} has the lowest median latency (${amount(fastest.latencyMs.p50)} ms)`;
  const first = metric === undefined ? `${speed}.` : `${leaders(metric, variants)}, and ${speed}.`;
  if (pairs.length === 0) return [first, 'There is no second variant to compare with.', ''];
  const significant = pairs.filter((pair) => pair.significant).map(claim);
  return [first, ...differenceSentences(significant, openClaims(pairs), listed)];
}

function leaders(metric: string, variants: readonly VariantSummary[]): string {
  const means = variants.map(({ quality }) => quality[metric]?.mean ?? 0);
  const highest = Math.max(...means);
  if (highest === 0) return `${metric} of every variant is 0`;
  const names = variants.filter((_, index) => means[index] === highest).map(({ name }) => name);
  return `${names.join(' and ')} ${names.length === 1 ? 'has' : 'have'} the highest ${metric} (${highest.toFixed(3)})`;
}

/** States a significant difference. */
function claim({ a, b, figure, difference }: PairSummary): string {
  return figure === 'latency'
    ? `latency of ${b} is ${amount(difference)} times that of ${a}`
    : `${figure} of ${b} is ${amount(Math.abs(difference))} ${difference > 0 ? 'above' : 'below'} that of ${a}`;
}

/** If no pair of variants differs in a figure, names the figure only once. */
const openClaims = (pairs: readonly PairSummary[]): readonly string[] =>
  [...Map.groupBy(pairs, ({ figure }) => figure)].flatMap(([figure, of]) =>
    of.length > 1 && of.every(({ significant }) => !significant)
      ? [`${figure} of all ${of.length} pairs`]
      : of.flatMap(({ a, b, significant }) => (significant ? [] : [`${figure} of ${a} and ${b}`])),
  );

const listed = (claims: readonly string[]): string =>
  claims.length <= MAX_LISTED
    ? claims.join('; ')
    : `${claims.slice(0, MAX_LISTED).join('; ')}; and ${claims.length - MAX_LISTED} more in the table`;
