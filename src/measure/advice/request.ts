import { SragError } from '../../core/index.ts';
import type { LoadPlan } from '../simulation/plan/plan.ts';
import type { Collection } from './predictor.ts';

export const PURPOSES = ['interactive', 'steady', 'bursty', 'batch'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Limits that a choice has to keep; an undefined one does not apply. */
export interface Targets {
  /** 95th percentile of the search under load, cold starts included, in milliseconds. */
  readonly p95Ms: number | undefined;
  /** Recall against exact search, 0 to 1. */
  readonly recall: number | undefined;
  readonly usdPerMonth: number | undefined;
  /** Seconds from a change of the documents to the published index. */
  readonly freshnessSeconds: number | undefined;
}

/** What the index is for. */
export interface AdviceRequest extends Collection {
  readonly purpose: Purpose;
  /** Mean requests per second; the purpose gives them their shape unless `plan` does. */
  readonly requestsPerSecond: number;
  readonly plan: LoadPlan;
  readonly targets: Targets;
  readonly updatedRowsPerDay: number;
  readonly textBytesPerRow: number;
  /** Whether searches have filters. */
  readonly hasFilters: boolean;
  /** ISO 639 codes of the documents' languages. */
  readonly languages: readonly string[];
}

/** Targets of a purpose, where the user states none. */
export const DEFAULT_TARGETS: Readonly<Record<Purpose, Targets>> = {
  interactive: { p95Ms: 500, recall: 0.95, usdPerMonth: undefined, freshnessSeconds: undefined },
  steady: { p95Ms: 500, recall: 0.95, usdPerMonth: undefined, freshnessSeconds: undefined },
  bursty: { p95Ms: 2_000, recall: 0.95, usdPerMonth: undefined, freshnessSeconds: undefined },
  batch: { p95Ms: undefined, recall: 0.95, usdPerMonth: undefined, freshnessSeconds: undefined },
};

/** Number of requests that a simulated load should have, if its purpose determines it. */
const SIMULATED_REQUESTS = 3_000;
const MIN_SECONDS = 3_600;
const MAX_SECONDS = 30 * 86_400;
/** A burst of a minute every quarter of an hour. */
const BURST = { seconds: 60, idleMinutes: 14, times: 15 } as const;

/** The load plan of a purpose at a mean rate, in the language of `srag bench simulate --plan`. */
export function planTextOf(purpose: Purpose, requestsPerSecond: number): string {
  const seconds = Math.round(
    Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, SIMULATED_REQUESTS / requestsPerSecond)),
  );
  const rate = (factor: number): string => `${decimal(requestsPerSecond * factor)}/s`;
  switch (purpose) {
    case 'interactive':
      return `day ${rate(0.2)} to ${rate(1.8)}`;
    case 'bursty':
      return `on-off ${rate(BURST.times)} for ${BURST.seconds}s, idle ${BURST.idleMinutes}min, ${Math.max(8, Math.ceil(seconds / 900))} times`;
    default:
      return `constant ${rate(1)} for ${seconds}s`;
  }
}

/** Four significant digits, without an exponent. */
const decimal = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 4, useGrouping: false });

/** @throws INVALID_ARGUMENT for a number outside its range */
export function checkRequest({
  rows,
  dimensions,
  requestsPerSecond,
  targets,
}: Pick<AdviceRequest, 'rows' | 'dimensions' | 'requestsPerSecond' | 'targets'>): void {
  const checks: readonly (readonly [string, number | undefined, (value: number) => boolean, string])[] = [
    ['rows', rows, (value) => Number.isSafeInteger(value) && value >= 1, 'Use a whole number of chunks.'],
    [
      'dimensions',
      dimensions,
      (value) => Number.isSafeInteger(value) && value >= 1,
      "Use the length of the embedder's vectors.",
    ],
    [
      'rate',
      requestsPerSecond,
      (value) => Number.isFinite(value) && value > 0,
      'Use a number of requests per second above 0.',
    ],
    ['p95', targets.p95Ms, (value) => value > 0, 'Use milliseconds above 0.'],
    ['recall', targets.recall, (value) => value >= 0 && value <= 1, 'Use a share from 0 to 1.'],
    ['budget', targets.usdPerMonth, (value) => value > 0, 'Use dollars per month above 0.'],
    ['freshness', targets.freshnessSeconds, (value) => value > 0, 'Use seconds above 0.'],
  ];
  for (const [field, value, isValid, remedy] of checks) {
    if (value === undefined || isValid(value)) continue;
    throw new SragError('INVALID_ARGUMENT', `--${field} is ${value}.`, { remedy, fields: { field, value } });
  }
}
