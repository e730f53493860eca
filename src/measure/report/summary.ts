import type { VariantComparison } from '../statistics/index.ts';
import { amount, percent } from './format.ts';
import type { ComparisonWithFirst, ExperimentReport } from './model.ts';

/** Writes three sentences for the top of a report: capacities, significant differences, other differences. */
export function summaryOf({ variants, comparisons }: ExperimentReport): readonly string[] {
  const carried = variants.map(({ variant, capacity }) =>
    capacity === undefined
      ? `${variant.name} left requests of the first step unanswered`
      : `${variant.name} ${amount(capacity.throughput.estimate)} requests/s`,
  );
  const capacity = `Highest load with every request answered: ${carried.join(', ')}.`;
  if (comparisons.length === 0) return [capacity, 'There is no second variant to compare with.', ''];
  const claims = comparisons.flatMap((comparison) =>
    [...comparison.latency, comparison.success].map((of) => ({ comparison, of })),
  );
  const textsOf = (isSignificant: boolean, text: typeof claimText): string[] =>
    claims
      .filter(({ of }) => of.significant === isSignificant)
      .map(({ comparison, of }) => text(comparison, of));
  return [capacity, ...differenceSentences(textsOf(true, claimText), textsOf(false, openText))];
}

/** Two sentences: the significant differences, and the others. */
export const differenceSentences = (
  significant: readonly string[],
  open: readonly string[],
  list = (claims: readonly string[]): string => claims.join('; '),
): readonly string[] => [
  significant.length === 0
    ? 'No difference between the variants is significant.'
    : `Significant differences: ${list(significant)}.`,
  open.length === 0
    ? 'Every difference that was compared is significant.'
    : `Not distinguishable from chance: ${list(open)}.`,
];

const nameOf = (of: VariantComparison): string => (of.by === 'ratio' ? `${of.statistic} latency` : 'success');

function claimText(
  { variant, reference, ratePerSecond }: ComparisonWithFirst,
  of: VariantComparison,
): string {
  const size =
    of.by === 'ratio'
      ? `${amount(of.estimate)} times that of ${reference} (${amount(of.low)} to ${amount(of.high)})`
      : `${percent(of.estimate)} above that of ${reference} (${percent(of.low)} to ${percent(of.high)})`;
  return `${nameOf(of)} of ${variant} at ${amount(ratePerSecond)}/s is ${size}`;
}

const openText = (
  { variant, reference, ratePerSecond }: ComparisonWithFirst,
  of: VariantComparison,
): string => `${nameOf(of)} of ${variant} and ${reference} at ${amount(ratePerSecond)}/s`;
