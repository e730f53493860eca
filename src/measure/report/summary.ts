import type { VariantComparison } from '../statistics/index.ts';
import { amount, percent } from './format.ts';
import type { ComparisonWithFirst, ExperimentReport } from './model.ts';

/** Writes the three sentences at the top of a report: capacities, significant and other differences. */
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
  const significant = claims.filter(({ of }) => of.significant);
  const open = claims.filter(({ of }) => !of.significant);
  return [
    capacity,
    significant.length === 0
      ? 'No difference between the variants is significant.'
      : `Significant differences: ${significant.map(({ comparison, of }) => claimText(comparison, of)).join('; ')}.`,
    open.length === 0
      ? 'Every difference that was compared is significant.'
      : `Not distinguishable from chance: ${open.map(({ comparison, of }) => openText(comparison, of)).join('; ')}.`,
  ];
}

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
