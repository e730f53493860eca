import { ratesOfPlan } from '../simulation/plan/plan.ts';
import { type Candidate, EXACT_KINDS } from './candidate.ts';
import type { AdviceRequest } from './request.ts';

/** A target that a candidate is predicted to miss. */
export interface Miss {
  readonly target: 'p95' | 'recall' | 'budget' | 'freshness' | 'throttling' | 'timeout';
  /** How far it is from the target: at least 1, and twice as much for twice the latency, cost or missed hits. */
  readonly factor: number;
  /** A clause without a full stop. */
  readonly text: string;
}

/** The most memory that a Lambda function can have. */
const MAX_MEMORY_MB = 10_240;
/** Share of throttled requests that clients do not notice because they retry. */
const FEW = 0.001;

export const isSupported = ({ memoryMb }: Candidate): boolean => memoryMb <= MAX_MEMORY_MB;

/** Time after which the gateway no longer waits for an answer. */
const TIMEOUT_MS = 29_000;
/** Queries per second of one index above which S3 Vectors throttles; AWS says "hundreds". */
const S3_VECTORS_RATE = 500;

export function missesOf(candidate: Candidate, { targets, plan }: AdviceRequest): readonly Miss[] {
  const { kind, figures } = candidate;
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
  const { p95Ms, warmP95Ms, coldMs, usdPerMonth, buildSeconds, throttledShare } = figures;
  check(
    'p95',
    p95Ms.value,
    targets.p95Ms,
    `p95 of ${p95Ms.value?.toFixed(0)} ms is above ${targets.p95Ms} ms`,
  );
  misses.push(...recallMisses(candidate, targets.recall));
  check(
    'timeout',
    Math.max(warmP95Ms.value ?? 0, coldMs.value ?? 0),
    TIMEOUT_MS,
    'an answer, or the first one of an environment, takes longer than the 29 s that the gateway waits',
  );
  check(
    'throttling',
    kind === 's3-vectors' ? ratesOfPlan(plan).peak : undefined,
    S3_VECTORS_RATE,
    'S3 Vectors answers hundreds of queries per second and index, and refuses more',
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
  const [worst] = misses.filter(({ target }) => target === 'throttling').sort((a, b) => b.factor - a.factor);
  return misses.filter((miss) => miss.target !== 'throttling' || miss === worst);
}

/** An unknown recall keeps no target, and an approximate kind never keeps a recall of 1. */
function recallMisses({ kind, figures }: Candidate, target: number | undefined): readonly Miss[] {
  const recall = figures.recall.value;
  if (target === undefined || target === 0 || EXACT_KINDS.includes(kind)) return [];
  if (target === 1) return [{ target: 'recall', factor: 2, text: 'its search is approximate' }];
  if (recall === undefined) return [{ target: 'recall', factor: 2, text: 'its recall was not measured' }];
  if (recall >= target) return [];
  const factor = (1 - recall) / (1 - target);
  return [{ target: 'recall', factor, text: `recall of ${recall.toFixed(3)} is below ${target}` }];
}
