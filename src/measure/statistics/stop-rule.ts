import { SragError } from '../../core/index.ts';
import { type IntervalEstimate, intervals } from './interval.ts';
import { parseStatistic, type Statistic } from './statistic.ts';
import { detectWarmUp, type WarmUp } from './warm-up.ts';

/** Options of the rule that decides when a step of a load test has enough samples. */
export interface StopRuleOptions {
  /** Latency statistics whose intervals must be narrow. Default mean, p95 and p99. */
  readonly statistics?: readonly Statistic[];
  /**
   * Half the interval as a share of the estimate. A small share makes steps long; with a large one, noise
   * hides differences. Default 0.1.
   */
  readonly relativeWidth?: number;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
  /** Samples before the first check. Default 50. */
  readonly minSamples?: number;
  readonly maxSamples?: number;
  /** Seconds of load before which the step cannot end as converged, and after which it ends in any case. */
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
  /** Maximum share of the series that is cut as warm-up. Default 0.25. */
  readonly maxWarmUpShare?: number;
}

/** Decision of the stop rule after a block. */
export interface StopDecision {
  readonly state: 'continue' | 'converged' | 'not-converged';
  /** Why a step continues or ends without convergence, with the widths reached. */
  readonly reason: string;
  /** Intervals of the samples after the warm-up, as of the last check. */
  readonly intervals: readonly IntervalEstimate[];
  readonly warmUp: WarmUp;
  /** Number of samples at the next check. */
  readonly nextCheckAt: number;
}

/** Growth of the sample size between two checks. */
const GROWTH = 1.5;
/** Consecutive checks that must find every interval narrow. */
const CONFIRMATIONS = 2;

/**
 * Decides when a series has converged. Checking every sample and stopping at the first narrow interval would favour
 * intervals that are narrow by chance and reach less than their nominal coverage. Therefore, sample sizes between
 * checks grow by half, and two consecutive checks must agree. The decision depends on the samples alone, so a resumed
 * run decides like an uninterrupted one.
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
   * Checks the series after a block.
   * @param count answered requests so far
   * @param seconds of load so far
   * @param latencies returns their latencies, in the order of intended time; called only if a check is due
   */
  check(count: number, seconds: number, latencies: () => Float64Array): StopDecision {
    const { minSeconds, maxSamples, maxSeconds } = this.#options;
    const isLast = count >= maxSamples || seconds >= maxSeconds;
    if (count >= this.#nextCheckAt || isLast) this.#update(latencies());
    if (this.#confirmed >= CONFIRMATIONS && seconds >= minSeconds)
      return this.#decision('converged', 'every interval is narrow enough');
    if (!isLast) return this.#decision('continue', this.#shortfall());
    if (this.#confirmed > 0) return this.#decision('converged', 'every interval is narrow enough');
    const limit = count >= maxSamples ? `${maxSamples} samples` : `${maxSeconds} s`;
    return this.#decision('not-converged', `the limit of ${limit} was reached: ${this.#shortfall()}`);
  }

  #update(latencies: Float64Array): void {
    const { statistics, level, relativeWidth, maxWarmUpShare } = this.#options;
    this.#nextCheckAt = Math.ceil(Math.max(latencies.length, this.#nextCheckAt) * GROWTH);
    if (latencies.length < 2) return;
    this.#warmUp = detectWarmUp(latencies, maxWarmUpShare);
    this.#intervals = intervals(latencies.subarray(this.#warmUp.cut), statistics, { level });
    const isNarrow = this.#intervals.every((found) => found.reliable && found.relativeWidth <= relativeWidth);
    this.#confirmed = this.#warmUp.settled && isNarrow ? this.#confirmed + 1 : 0;
  }

  #shortfall(): string {
    const { relativeWidth } = this.#options;
    if (this.#intervals.length === 0) return 'too few samples were answered';
    if (!this.#warmUp.settled) return 'the latency still changes: the load may be beyond the capacity';
    const missing = this.#intervals.flatMap((found) => shortfallOf(found, relativeWidth));
    return missing.length === 0 ? 'the next check must confirm the widths' : missing.join('; ');
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
  maxWidth: number,
): string[] {
  const isWide = width > maxWidth;
  if (!isWide && reason === undefined) return [];
  const reached = `the interval of ${statistic} is ±${percent(width)}`;
  const parts = [isWide ? `${reached}, not ±${percent(maxWidth)}` : reached, reason];
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
        'A stop rule checks latencies; rate is not a latency statistic.',
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
