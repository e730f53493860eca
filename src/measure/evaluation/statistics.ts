import { SragError, seededRandom } from '../../core/index.ts';

/** Lower and upper end of a 95 % interval. */
export type Interval = readonly [low: number, high: number];

/** Settings of a bootstrap. */
export interface BootstrapOptions {
  /** Number of resamples. More of them make the interval more exact and take longer. Default 2,000. */
  readonly resamples?: number;
  /** The same seed yields the same interval. Default 1. */
  readonly seed?: number;
}

const DEFAULT_RESAMPLES = 2_000;
const TAIL = 0.025;
/** Differences smaller than this are rounding errors of sums, and count as ties. */
const TIE = 1e-9;

/** Arithmetic mean. @throws INVALID_ARGUMENT for an empty list */
export function mean(values: ArrayLike<number>): number {
  requireValues(values);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

/**
 * The value below which a share of `values` lies, computed from all values with linear interpolation between the two
 * nearest (type 7 of Hyndman and Fan, 1996). @throws INVALID_ARGUMENT for an empty list
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  requireValues(values);
  if (!(share >= 0 && share <= 1)) {
    throw new SragError('INVALID_ARGUMENT', `A quantile's share is ${share}; it must be 0 to 1.`);
  }
  return sortedQuantile(Float64Array.from(values).sort(), share);
}

/** Median, 95th and 99th percentile in the unit of the values. @throws INVALID_ARGUMENT for an empty list */
export function latencyQuantiles(valuesMs: ArrayLike<number>): { p50: number; p95: number; p99: number } {
  requireValues(valuesMs);
  const sorted = Float64Array.from(valuesMs).sort();
  return {
    p50: sortedQuantile(sorted, 0.5),
    p95: sortedQuantile(sorted, 0.95),
    p99: sortedQuantile(sorted, 0.99),
  };
}

/** {@link quantile} of ascending values. */
export function sortedQuantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

/**
 * 95 % interval of a mean by the percentile bootstrap (Efron, 1979): resamples queries with replacement.
 * @throws INVALID_ARGUMENT for an empty list
 */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  requireValues(values);
  const { resamples = DEFAULT_RESAMPLES, seed = 1 } = options;
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new SragError('INVALID_ARGUMENT', `resamples is ${resamples}; it must be an integer >= 1.`);
  }
  const random = seededRandom(seed);
  const { length } = values;
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    let sum = 0;
    for (let draw = 0; draw < length; draw++) sum += values[Math.floor(random() * length)]!;
    means[sample] = sum / length;
  }
  means.sort();
  return [sortedQuantile(means, TAIL), sortedQuantile(means, 1 - TAIL)];
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959964;

/**
 * 95 % interval of a share by Wilson's score method (1927), which stays within 0 to 1 and is not empty for shares of
 * 0 and 1. @throws INVALID_ARGUMENT for `total` 0
 */
export function shareInterval(count: number, total: number): Interval {
  if (total === 0) throw new SragError('INVALID_ARGUMENT', 'There are no values to summarise.');
  const share = count / total;
  const scale = 1 + Z ** 2 / total;
  const centre = share + Z ** 2 / (2 * total);
  const half = Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** Difference between two systems on the same queries. */
export interface PairedDifference {
  readonly meanA: number;
  readonly meanB: number;
  /** `meanB - meanA`. */
  readonly difference: number;
  /** 95 % interval of the difference, by resampling queries; significant if it excludes 0. */
  readonly interval: Interval;
  /** Queries where B is better than A. */
  readonly wins: number;
  readonly ties: number;
  /** Queries where B is worse than A. */
  readonly losses: number;
}

/**
 * Paired comparison of B with A; value i of both belongs to the same query.
 * @throws INVALID_ARGUMENT if the lists are empty or differ in length
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  betterWhen: 'higher' | 'lower',
  options: BootstrapOptions = {},
): PairedDifference {
  if (a.length !== b.length) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `A has ${a.length} values and B ${b.length}: they are not paired.`,
    );
  }
  const differences = a.map((value, index) => b[index]! - value);
  const gains = betterWhen === 'higher' ? differences : differences.map((value) => -value);
  return {
    meanA: mean(a),
    meanB: mean(b),
    difference: mean(differences),
    interval: bootstrapInterval(differences, options),
    wins: gains.filter((gain) => gain > TIE).length,
    ties: gains.filter((gain) => Math.abs(gain) <= TIE).length,
    losses: gains.filter((gain) => gain < -TIE).length,
  };
}

function requireValues(values: ArrayLike<number>): void {
  if (values.length === 0) throw new SragError('INVALID_ARGUMENT', 'There are no values to summarise.');
}
