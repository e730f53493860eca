import { SragError } from '../../core/index.ts';
import { joined } from './column.ts';
import { type IntervalEstimate, type IntervalOptions, interval } from './interval.ts';
import { estimateOf, quantileShare, type Statistic } from './statistic.ts';

/** A statistic of variant B compared with that of variant A. */
export interface VariantComparison {
  readonly statistic: Statistic;
  /** Rates are compared by the difference B - A, everything else by the ratio B / A. */
  readonly by: 'ratio' | 'difference';
  readonly a: number;
  readonly b: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Whether the interval is reliable and excludes "no difference" (ratio 1, difference 0). */
  readonly significant: boolean;
  readonly reliable: boolean;
  readonly reason?: string | undefined;
  readonly method: string;
}

/** Settings of a comparison. */
export interface ComparisonOptions extends IntervalOptions {
  /** Whether block i of A and block i of B were measured together on the same questions. Default false. */
  readonly paired?: boolean;
}

/** Minimum pairs of blocks to distinguish their correlation from 0. */
const MIN_PAIRS = 8;

/**
 * Compares a statistic of two variants, given as blocks in chronological order. Combines their intervals
 * (MOVER: Zou and Donner, 2008; Newcombe, 1998, for rates), on logarithms for a ratio. A positive correlation
 * of paired blocks, estimated by the lower end of its own interval, narrows the result.
 * @throws INVALID_ARGUMENT for an empty variant, or for unequal numbers of blocks if `paired`
 */
export function compareStatistic(
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
  statistic: Statistic,
  { level = 0.95, paired = false, ...options }: ComparisonOptions = {},
): VariantComparison {
  if (paired && a.length !== b.length) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `A has ${a.length} blocks and B ${b.length}: they are not paired.`,
    );
  }
  const [valuesA, valuesB] = [joined(a), joined(b)];
  const [ofA, ofB] = [
    interval(valuesA, statistic, { level, ...options }),
    interval(valuesB, statistic, { level, ...options }),
  ];
  const r = paired ? pairCorrelation(a, b, statistic, [ofA.estimate, ofB.estimate]) : 0;
  const by = statistic === 'rate' ? 'difference' : 'ratio';
  return {
    statistic,
    ...compareEstimates(ofA, ofB, by, r),
    level,
    method:
      r > 0
        ? `MOVER, pairs of blocks correlated by at least ${(Math.floor(r * 100) / 100).toFixed(2)}`
        : 'MOVER, independent',
  };
}

/** An estimate of one variant, for {@link compareEstimates}. */
export type ComparedEstimate = Pick<IntervalEstimate, 'estimate' | 'low' | 'high' | 'reliable' | 'reason'>;

/**
 * Ratio B / A, or difference B - A, of two estimates with intervals of the same level and correlation `r` (MOVER).
 * @throws INVALID_ARGUMENT for a ratio of an estimate that is not positive
 */
export function compareEstimates(
  a: ComparedEstimate,
  b: ComparedEstimate,
  by: VariantComparison['by'],
  r = 0,
): Omit<VariantComparison, 'statistic' | 'level' | 'method'> {
  if (by === 'ratio' && !(a.estimate > 0 && b.estimate > 0)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `A ratio needs positive values; they are ${a.estimate} and ${b.estimate}.`,
    );
  }
  const [scale, unscale] = by === 'ratio' ? [logarithm, Math.exp] : [same, same];
  const down = distanceToEnd(scale(b.estimate) - scale(b.low), scale(a.high) - scale(a.estimate), r);
  const up = distanceToEnd(scale(b.high) - scale(b.estimate), scale(a.estimate) - scale(a.low), r);
  const centre = scale(b.estimate) - scale(a.estimate);
  const [low, high] = [unscale(centre - down), unscale(centre + up)];
  const none = by === 'ratio' ? 1 : 0;
  const reliable = a.reliable && b.reliable;
  return {
    by,
    a: a.estimate,
    b: b.estimate,
    estimate: unscale(centre),
    low,
    high,
    significant: reliable && (low > none || high < none),
    reliable,
    reason: a.reason ?? b.reason,
  };
}

const same = (value: number): number => value;

/** The interval of few, very different values may extend below 0; the ratio then has no upper bound. */
const logarithm = (value: number): number => Math.log(Math.max(0, value));

/**
 * Distance from a difference to one end of its interval, from the corresponding distances of its two parts.
 */
const distanceToEnd = (ofB: number, ofA: number, r: number): number =>
  Number.isFinite(ofB + ofA)
    ? Math.sqrt(Math.max(0, ofB ** 2 + ofA ** 2 - 2 * r * ofA * ofB))
    : Number.POSITIVE_INFINITY;

/**
 * Lower end of the 90 % interval (Fisher) for the correlation between the blocks of two variants; at least 0.
 */
function pairCorrelation(
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
  statistic: Statistic,
  [estimateA, estimateB]: readonly [number, number],
): number {
  // A block without answers carries no information.
  const pairs = [...a.keys()].filter((index) => a[index]!.length > 0 && b[index]!.length > 0);
  if (pairs.length < MIN_PAIRS) return 0;
  const r = correlation(
    pairs.map((index) => contribution(a[index]!, statistic, estimateA)),
    pairs.map((index) => contribution(b[index]!, statistic, estimateB)),
  );
  const low = Math.tanh(Math.atanh(Math.min(r, 0.999)) - 1.645 / Math.sqrt(pairs.length - 3));
  return Number.isFinite(low) ? Math.max(0, low) : 0;
}

/** First-order contribution of a block to the statistic: its mean, or its share of values above the quantile. */
function contribution(block: ArrayLike<number>, statistic: Statistic, estimate: number): number {
  if (quantileShare(statistic) === undefined) return estimateOf(block, 'mean');
  let above = 0;
  for (let index = 0; index < block.length; index++) if (block[index]! > estimate) above++;
  return above / block.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [estimateOf(a, 'mean'), estimateOf(b, 'mean')];
  let [products, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, index) => {
    products += (value - meanA) * (b[index]! - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[index]! - meanB) ** 2;
  });
  return products / Math.sqrt(squaresA * squaresB);
}
