import { seededRandom } from '../../core/index.ts';
import { type Interval, latencyQuantiles, quantile } from '../evaluation/statistics.ts';

const RESAMPLES = 1_000;

/**
 * 95 % intervals of the median and the 95th percentile by the percentile bootstrap (Efron, 1979). Resamples questions
 * with all their values, since answers to the same question take similar times.
 */
export function quantileIntervals(byQuestion: readonly (readonly number[])[]): {
  readonly p50: Interval;
  readonly p95: Interval;
} {
  const random = seededRandom(1);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    latencyQuantiles(byQuestion.flatMap(() => byQuestion[Math.floor(random() * byQuestion.length)]!)),
  );
  const ends = (statistic: 'p50' | 'p95'): Interval => {
    const values = drawn.map((of) => of[statistic]);
    return [quantile(values, 0.025), quantile(values, 0.975)];
  };
  return { p50: ends('p50'), p95: ends('p95') };
}
