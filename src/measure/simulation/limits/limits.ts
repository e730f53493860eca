import type { Range } from '../engine/environment-pool.ts';
import awsLimits from './aws-limits.json' with { type: 'json' };

/** A published quota or rule with its source. */
export interface PublishedLimit {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  /** Month in which it was noted, such as `2026-11`. */
  readonly notedOn: string;
  readonly note?: string;
}

/** AWS's limits as of one date. */
export const AWS_LIMITS: {
  readonly id: string;
  readonly writtenOn: string;
  readonly notice: string;
  readonly limits: Readonly<Record<keyof typeof awsLimits.limits, PublishedLimit>>;
} = awsLimits;

/** Limits of a gateway and of the functions behind it. */
export interface FleetLimits {
  readonly gatewayPerSecond: number;
  readonly gatewayBurst: number;
  readonly gatewayTimeoutMs: number;
  readonly accountConcurrency: number;
  /** Maximum new environments of a function per `scalingPeriodMs`. */
  readonly scalingEnvironments: number;
  readonly scalingPeriodMs: number;
  /** Maximum invocations per second of a function, divided by its concurrency limit. */
  readonly requestsPerSecondPerEnvironment: number;
  readonly idleMs: Range;
  readonly lifetimeMs: Range;
}

/** Sets of limits by name. */
export const LIMIT_PRESETS = ['aws', 'aws-new-account', 'laptop'] as const;
export type LimitPreset = (typeof LIMIT_PRESETS)[number];

const aws = (name: keyof typeof awsLimits.limits): number => AWS_LIMITS.limits[name].value;
const NEVER: Range = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

/** `aws` and `aws-new-account` are published defaults; `laptop` is what `srag serve` models by default. */
export function limitsOf(preset: LimitPreset): FleetLimits {
  const published: FleetLimits = {
    gatewayPerSecond: aws('gateway.rate'),
    gatewayBurst: aws('gateway.burst'),
    gatewayTimeoutMs: aws('gateway.timeout') * 1_000,
    accountConcurrency: aws('lambda.account-concurrency'),
    scalingEnvironments: aws('lambda.scaling.environments'),
    scalingPeriodMs: aws('lambda.scaling.period') * 1_000,
    requestsPerSecondPerEnvironment: aws('lambda.requests-per-environment'),
    idleMs: [aws('lambda.idle.shortest') * 1_000, aws('lambda.idle.longest') * 1_000],
    lifetimeMs: [aws('lambda.lifetime.shortest') * 1_000, aws('lambda.lifetime.longest') * 1_000],
  };
  if (preset === 'aws') return published;
  if (preset === 'aws-new-account')
    return { ...published, accountConcurrency: aws('lambda.account-concurrency.new-account') };
  return {
    ...published,
    gatewayPerSecond: 1_000,
    gatewayBurst: 2_000,
    accountConcurrency: Number.POSITIVE_INFINITY,
    requestsPerSecondPerEnvironment: Number.POSITIVE_INFINITY,
    idleMs: [300_000, 300_000],
    lifetimeMs: NEVER,
  };
}
