import { SragError } from '../../core/index.ts';
import { type IntervalEstimate, intervals } from './interval.ts';
import { parseStatistic, type Statistic } from './statistic.ts';
import { detectWarmUp, type WarmUp } from './warm-up.ts';

/** When a step of a load test has enough samples. */
export interface StopRuleOptions {
  /** Statistics of the latency whose intervals must be narrow. Default mean, p95 and p99. */
  readonly statistics?: readonly Statistic[];
  /** Half the interval as a share of the estimate. Small: long steps. Large: differences drown in noise. Default 0.1. */
  readonly relativeWidth?: number;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
  /** Samples before the first check. Default 50. */
  readonly minSamples?: number;
  readonly maxSamples?: number;
  /** Seconds of load before the step may end as converged, and after which it ends anyway. */
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
  /** Most of the series that may be cut as warm-up. Default 0.25. */
  readonly maxWarmUpShare?: number;
}

/** What the stop rule says after a block. */
export interface StopDecision {
  readonly state: 'continue' | 'converged' | 'not-converged';
  /** Why a step goes on or ends without convergence, with the widths reached. */
  readonly reason: string;
  /** Of the samples after the warm-up; those of the last check where this call was between two checks. */
  readonly intervals: readonly IntervalEstimate[];
  readonly warmUp: WarmUp;
  /** Samples at which the rule looks again. */
  readonly nextCheckAt: number;
}

/** Factor between the sample sizes of two checks. */
const GROWTH = 1.5;
/** Checks in a row that must find every interval narrow. */
const CONFIRMATIONS = 2;

/**
 * Decides when a series has converged. Looking at every sample and stopping at the first narrow interval would favour
 * intervals that are narrow by chance, and cover less often than they say. So checks lie at sample sizes that grow by
 * half, and two in a row must agree. What it says depends on nothing but the samples, so that a resumed run decides
 * as one that was never interrupted.
 */
export class StopRule {
  readonly #options: Required<StopRuleOptions>;
  #nextCheckAt: number;
  #confirmed = 0;
  #intervals: readonly IntervalEstimate[] = [];
  #warmUp: WarmUp = { cut: 0, settled: true };

  /** @throws INVALID_ARGUMENT */
  constructor(options: StopRuleOptions = {}) {
    this.#options = checked(options);
    this.#nextCheckAt = this.#options.minSamples;
  }

  /**
   * Looks at the series after a block.
   * @param count answered requests so far
   * @param seconds of load so far
   * @param latencies gives theirs, in the order of intended time; called only where a check is due
   */
  check(count: number, seconds: number, latencies: () => Float64Array): StopDecision {
    const { minSeconds, maxSamples, maxSeconds } = this.#options;
    const isLast = count >= maxSamples || seconds >= maxSeconds;
    if (count >= this.#nextCheckAt || isLast) this.#look(latencies());
    if (this.#confirmed >= CONFIRMATIONS && seconds >= minSeconds)
      return this.#decision('converged', 'every interval is narrow enough');
    if (!isLast) return this.#decision('continue', this.#shortfall());
    if (this.#confirmed > 0) return this.#decision('converged', 'every interval is narrow enough');
    const limit = count >= maxSamples ? `${maxSamples} samples` : `${maxSeconds} s`;
    return this.#decision('not-converged', `the limit of ${limit} was reached: ${this.#shortfall()}`);
  }

  #look(latencies: Float64Array): void {
    const { statistics, level, relativeWidth, maxWarmUpShare } = this.#options;
    this.#nextCheckAt = Math.ceil(Math.max(latencies.length, this.#nextCheckAt) * GROWTH);
    if (latencies.length < 2) return;
    this.#warmUp = detectWarmUp(latencies, { maxShare: maxWarmUpShare });
    this.#intervals = intervals(latencies.subarray(this.#warmUp.cut), statistics, { level });
    const isNarrow = this.#intervals.every((found) => found.reliable && found.relativeWidth <= relativeWidth);
    this.#confirmed = this.#warmUp.settled && isNarrow ? this.#confirmed + 1 : 0;
  }

  #shortfall(): string {
    const { relativeWidth } = this.#options;
    if (this.#intervals.length === 0) return 'too few samples were answered';
    if (!this.#warmUp.settled) return 'the latency still changes: the load may be beyond the capacity';
    const missing = this.#intervals.flatMap((found) => shortfallOf(found, relativeWidth));
    return missing.length === 0 ? 'the widths are to be confirmed by the next check' : missing.join('; ');
  }

  #decision(state: StopDecision['state'], reason: string): StopDecision {
    return {
      state,
      reason,
      intervals: this.#intervals,
      warmUp: this.#warmUp,
      nextCheckAt: this.#nextCheckAt,
    };
  }
}

function shortfallOf(
  { statistic, relativeWidth: width, reason }: IntervalEstimate,
  wanted: number,
): string[] {
  const isWide = width > wanted;
  if (!isWide && reason === undefined) return [];
  const reached = `the interval of ${statistic} is ±${percent(width)}`;
  const parts = [isWide ? `${reached}, not ±${percent(wanted)}` : reached, reason];
  return [parts.filter((part) => part !== undefined).join(', and ')];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function checked(options: StopRuleOptions): Required<StopRuleOptions> {
  const all = {
    statistics: ['mean', 'p95', 'p99'] as readonly Statistic[],
    relativeWidth: 0.1,
    level: 0.95,
    minSamples: 50,
    maxSamples: Number.POSITIVE_INFINITY,
    minSeconds: 0,
    maxSeconds: Number.POSITIVE_INFINITY,
    maxWarmUpShare: 0.25,
    ...options,
  };
  for (const statistic of all.statistics) {
    if (parseStatistic(statistic) === 'rate') {
      throw new SragError(
        'INVALID_ARGUMENT',
        'A stop rule looks at latencies; rate is not a statistic of them.',
        {
          remedy: 'Use mean, p50, p95 or p99.',
        },
      );
    }
  }
  need(all.statistics.length > 0, 'statistics', 'empty', 'at least one statistic');
  need(all.relativeWidth > 0, 'relativeWidth', all.relativeWidth, 'above 0');
  need(all.level > 0 && all.level < 1, 'level', all.level, 'between 0 and 1');
  need(all.minSamples >= 2, 'minSamples', all.minSamples, 'at least 2');
  need(
    all.maxSamples >= all.minSamples,
    'maxSamples',
    all.maxSamples,
    `at least minSamples (${all.minSamples})`,
  );
  need(
    all.maxSeconds > 0 && all.maxSeconds >= all.minSeconds,
    'maxSeconds',
    all.maxSeconds,
    'above 0 and at least minSeconds',
  );
  need(
    all.maxWarmUpShare >= 0 && all.maxWarmUpShare <= 0.5,
    'maxWarmUpShare',
    all.maxWarmUpShare,
    '0 to 0.5',
  );
  return all;
}

function need(isValid: boolean, field: string, actual: unknown, allowed: string): void {
  if (isValid) return;
  throw new SragError('INVALID_ARGUMENT', `The stop rule's ${field} is ${actual}; it must be ${allowed}.`, {
    fields: { field, actual },
  });
}
