import { type Candidate, EXACT_KINDS } from './candidate.ts';
import type { AdviceRequest } from './request.ts';

/** A target that a candidate is predicted to miss. */
export interface Miss {
  readonly target: 'p95' | 'recall' | 'budget' | 'freshness' | 'throttling';
  /** How far it is from the target: at least 1, and twice as much for twice the latency, cost or missed hits. */
  readonly factor: number;
  /** A clause without a full stop. */
  readonly text: string;
}

/** The most memory that a Lambda function can have. */
const MAX_MEMORY_MB = 10_240;
/** Share of throttled requests that clients do not notice because they retry. */
const FEW = 0.001;
const LEAST_MISSED = 0.001;

export const isSupported = ({ memoryMb }: Candidate): boolean => memoryMb <= MAX_MEMORY_MB;

/** Share of missed hits, at least a thousandth, so that ratios stay finite. An approximate kind never has none. */
const missedHits = (recall: number, target?: number): number =>
  Math.max(target === 1 ? 2 * LEAST_MISSED : LEAST_MISSED, 1 - recall);

export function missesOf({ kind, figures }: Candidate, { targets }: AdviceRequest): readonly Miss[] {
  const misses: Miss[] = [];
  const check = (
    target: Miss['target'],
    value: number | undefined,
    limit: number | undefined,
    text: string,
  ): void => {
    if (value !== undefined && limit !== undefined && value > limit)
      misses.push({ target, factor: value / limit, text });
  };
  const { p95Ms, recall, usdPerMonth, buildSeconds, throttledShare } = figures;
  check(
    'p95',
    p95Ms.value,
    targets.p95Ms,
    `p95 of ${p95Ms.value?.toFixed(0)} ms is above ${targets.p95Ms} ms`,
  );
  check(
    'recall',
    EXACT_KINDS.includes(kind) || recall.value === undefined
      ? undefined
      : missedHits(recall.value, targets.recall),
    targets.recall === undefined ? undefined : missedHits(targets.recall),
    targets.recall === 1
      ? 'its search is approximate'
      : `recall of ${recall.value?.toFixed(3)} is below ${targets.recall}`,
  );
  check(
    'budget',
    usdPerMonth.value,
    targets.usdPerMonth,
    `$${usdPerMonth.value?.toFixed(2)} a month is above the budget of $${targets.usdPerMonth}`,
  );
  check(
    'freshness',
    buildSeconds.value,
    targets.freshnessSeconds,
    `building a version takes ${buildSeconds.value?.toFixed(0)} s, more than ${targets.freshnessSeconds} s`,
  );
  check(
    'throttling',
    throttledShare.value,
    FEW,
    `${(100 * (throttledShare.value ?? 0)).toFixed(1)} % of the requests are throttled`,
  );
  return misses;
}
