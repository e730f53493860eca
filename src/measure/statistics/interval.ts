import { SragError } from '../../core/index.ts';
import { mean, sortedQuantile } from '../evaluation/statistics.ts';
import { betaQuantile, studentQuantile } from './distributions.ts';
import { type LongRunVariance, longRunVariance, NORMAL } from './long-run-variance.ts';
import { quantileShare, type Statistic } from './statistic.ts';

/** Settings of an interval. */
export interface IntervalOptions {
  /** Share of repeated experiments whose interval contains the true value. Default 0.95. */
  readonly level?: number;
  /** Minimum effective number of values for a mean. Default 30; fewer suffice for values that are means themselves. */
  readonly minEffectiveSize?: number;
}

/** An estimate with its interval, in the unit of the values. */
export interface IntervalEstimate {
  readonly statistic: Statistic;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Half the interval's width: as a share of the estimate (±), but absolute for a rate, which may be 0. */
  readonly relativeWidth: number;
  /** Number of values. */
  readonly n: number;
  /** Number of independent values that would contain as much information as the `n` values. */
  readonly effectiveSize: number;
  readonly method: string;
  /** False if the interval may not reach its level; `reason` says why. */
  readonly reliable: boolean;
  readonly reason?: string | undefined;
}

/** Minimum effective number of values on either side of a quantile. */
const MIN_BEYOND_QUANTILE = 25;
/** Minimum number of runs of consecutive errors for a reliable rate, if errors occur in runs. */
const MIN_RUNS = 5;
/** If the correlation of neighbouring batches exceeds this, the batches are too short. */
const MAX_BATCH_CORRELATION = 0.7;

/**
 * Interval of a statistic of a series in the order of intended time, whose values may be correlated with each other.
 * Mean: Student's t over batch means, adjusted for skewness (Willink, 2005). Quantiles: Woodruff's interval (1952),
 * that is the interval of the share of values below the estimate, mapped back to the ordered values. Rates and those
 * shares: a beta interval (Jeffreys) with the effective sample size and degrees of freedom of the series (Korn and
 * Graubard, 1998).
 * @throws INVALID_ARGUMENT for an empty series, a non-finite value, or a rate of values other than 0 and 1
 */
export function interval(
  values: ArrayLike<number>,
  statistic: Statistic,
  options: IntervalOptions = {},
): IntervalEstimate {
  return intervals(values, [statistic], options)[0]!;
}

/** {@link interval} for several statistics of one series, which is sorted once. */
export function intervals(
  values: ArrayLike<number>,
  statistics: readonly Statistic[],
  { level = 0.95, minEffectiveSize = 30 }: IntervalOptions = {},
): IntervalEstimate[] {
  check(values, level);
  let sorted: Float64Array<ArrayBuffer> | undefined;
  const found = statistics.map((statistic) => {
    const share = quantileShare(statistic);
    if (share !== undefined) {
      sorted ??= Float64Array.from(values).sort();
      return intervalOfQuantile(values, sorted, share, { statistic, level });
    }
    return statistic === 'rate'
      ? intervalOfRate(values, level)
      : intervalOfMean(values, level, minEffectiveSize);
  });
  // Freed explicitly, because the garbage collector does not see the 8 bytes per value behind the object.
  sorted?.buffer.transfer(0);
  return found;
}

interface Requested {
  readonly statistic: Statistic;
  readonly level: number;
}

function intervalOfMean(
  values: ArrayLike<number>,
  level: number,
  minEffectiveSize: number,
): IntervalEstimate {
  const estimate = mean(values);
  const n = values.length;
  const series = longRunVariance((index) => values[index]!, n);
  const error = Math.sqrt(series.variance / n);
  const t = studentQuantile((1 + level) / 2, series.degreesOfFreedom);
  const beta = series.skewness / (6 * Math.sqrt(series.batches));
  const adjusted = (z: number): number =>
    Math.abs(beta) < 1e-6 ? z : (Math.cbrt(1 + 6 * beta * (z - beta)) - 1) / (2 * beta);
  const effectiveSize = effectiveSizeOf(n, plainVariance(values, estimate), series);
  return {
    ...result({ statistic: 'mean', level }, estimate, [
      estimate - adjusted(t) * error,
      estimate - adjusted(-t) * error,
    ]),
    n,
    effectiveSize,
    method: 'batch means, Student t adjusted for skewness',
    ...reliability(
      effectiveSize < minEffectiveSize
        ? `a mean needs ${minEffectiveSize} effective values; there are ${Math.floor(effectiveSize)}`
        : undefined,
      series,
    ),
  };
}

function intervalOfQuantile(
  values: ArrayLike<number>,
  sorted: Float64Array,
  share: number,
  requested: Requested,
): IntervalEstimate {
  const n = values.length;
  const estimate = sortedQuantile(sorted, share);
  const isBelow = (index: number): number => (values[index]! <= estimate ? 1 : 0);
  const series = longRunVariance(isBelow, n);
  // With tied values, the share of values below the estimate differs from the requested share.
  let below = 0;
  for (let index = 0; index < n; index++) below += isBelow(index);
  const plain = (below / n) * (1 - below / n);
  const size = shareSize(n, plain, series, requested.level);
  const [low, high] = shareInterval(share, size, requested.level);
  const beyond = (sorted[0] === sorted[n - 1] ? n : size) * Math.min(share, 1 - share);
  return {
    ...result(requested, estimate, [sortedQuantile(sorted, low), sortedQuantile(sorted, high)]),
    n,
    effectiveSize: effectiveSizeOf(n, plain, series),
    method: 'Woodruff, order statistics at the effective sample size',
    ...reliability(
      beyond < MIN_BEYOND_QUANTILE
        ? `${requested.statistic} needs about ${Math.ceil((n * MIN_BEYOND_QUANTILE) / beyond)} values of this series; there are ${n}`
        : undefined,
      series,
    ),
  };
}

function intervalOfRate(values: ArrayLike<number>, level: number): IntervalEstimate {
  const n = values.length;
  for (let index = 0; index < n; index++) {
    if (values[index] !== 0 && values[index] !== 1) {
      throw new SragError(
        'INVALID_ARGUMENT',
        `Value ${index} of a rate is ${values[index]}; it must be 0 or 1.`,
      );
    }
  }
  const estimate = mean(values);
  const plain = estimate * (1 - estimate);
  // With few errors, their number determines the uncertainty: this is the kurtosis of independent errors.
  const series = longRunVariance(
    (index) => values[index]!,
    n,
    (size) => 3 + (1 - 6 * plain) / (size * plain),
  );
  const size = shareSize(n, plain, series, level);
  return {
    ...result({ statistic: 'rate', level }, estimate, shareInterval(estimate, size, level)),
    n,
    effectiveSize: effectiveSizeOf(n, plain, series),
    method: 'Jeffreys at the effective sample size',
    ...reliability(
      size < n / 2 && size * Math.min(estimate, 1 - estimate) < MIN_RUNS
        ? `the counted events occur in fewer than ${MIN_RUNS} runs of requests`
        : undefined,
      series,
    ),
  };
}

/** Effective size for reports: at most `n`, because the estimate may exceed `n` by chance. */
const effectiveSizeOf = (n: number, plain: number, series: LongRunVariance): number =>
  Math.min(n, rawEffectiveSize(n, plain, series));

const rawEffectiveSize = (n: number, plain: number, { variance }: LongRunVariance): number =>
  variance === 0 || plain === 0 ? n : (n * plain) / variance;

/** Effective size of a share, reduced by the uncertainty of the variance (Korn and Graubard, 1998). */
function shareSize(n: number, plain: number, series: LongRunVariance, level: number): number {
  const t = (degreesOfFreedom: number): number => studentQuantile((1 + level) / 2, degreesOfFreedom);
  return rawEffectiveSize(n, plain, series) * (t(NORMAL) / t(series.degreesOfFreedom)) ** 2;
}

/** Jeffreys' interval of a share of `size` values. */
function shareInterval(share: number, size: number, level: number): [low: number, high: number] {
  const tail = (1 - level) / 2;
  const [below, above] = [share * size + 0.5, (1 - share) * size + 0.5];
  return [
    share === 0 ? 0 : betaQuantile(tail, below, above),
    share === 1 ? 1 : betaQuantile(1 - tail, below, above),
  ];
}

function plainVariance(values: ArrayLike<number>, centre: number): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - centre) ** 2;
  return squares / Math.max(1, values.length - 1);
}

function result({ statistic, level }: Requested, estimate: number, [low, high]: readonly [number, number]) {
  const half = (high - low) / 2;
  const relativeWidth = statistic === 'rate' || half === 0 ? half : half / Math.abs(estimate);
  return { statistic, level, estimate, low, high, relativeWidth };
}

function reliability(reason: string | undefined, { correlation }: LongRunVariance) {
  const why =
    reason ??
    (correlation > MAX_BATCH_CORRELATION
      ? `neighbouring batches correlate (${correlation.toFixed(2)}): the series is too short or keeps changing`
      : undefined);
  return { reliable: why === undefined, reason: why };
}

function check(values: ArrayLike<number>, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `The level of an interval is ${level}; it must be between 0 and 1.`,
    );
  }
  if (values.length === 0) throw new SragError('INVALID_ARGUMENT', 'There are no values to estimate from.');
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) {
      throw new SragError(
        'INVALID_ARGUMENT',
        `Value ${index} is ${values[index]}; it must be a finite number.`,
      );
    }
  }
}
