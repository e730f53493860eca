import { SragError } from '../../core/index.ts';
import { mean, quantile } from '../evaluation/statistics.ts';

/**
 * A statistic of a series: the mean, a percentile (`p50`, `p95`, `p99`, `p99.9`), or a rate. A rate is the
 * share of requests with a property; its series consists of 0 and 1.
 */
export type Statistic = 'mean' | 'rate' | `p${number}`;

/**
 * Parses the name of a statistic.
 * @throws INVALID_ARGUMENT naming the allowed ones
 */
export function parseStatistic(name: string): Statistic {
  if (name === 'mean' || name === 'rate') return name;
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) < 100) return `p${Number(percent)}`;
  throw new SragError('INVALID_ARGUMENT', `'${name}' is not a statistic.`, {
    remedy: 'Use mean, rate, or a percentile between p0 and p100 such as p50, p95, p99 or p99.9.',
    fields: { value: name, allowed: ['mean', 'rate', 'p50', 'p95', 'p99'] },
  });
}

/** The share of values below a percentile, 0.95 for `p95`; undefined for the mean and for rates. */
export const quantileShare = (statistic: Statistic): number | undefined =>
  statistic === 'mean' || statistic === 'rate'
    ? undefined
    : // Multiplied and rounded because 99.9 / 100 is not the number nearest to 0.999.
      Math.round(Number(statistic.slice(1)) * 1e8) / 1e10;

/** The point estimate, in the unit of the values. @throws INVALID_ARGUMENT for an empty series */
export function estimateOf(values: ArrayLike<number>, statistic: Statistic): number {
  const share = quantileShare(statistic);
  return share === undefined ? mean(values) : quantile(values, share);
}
