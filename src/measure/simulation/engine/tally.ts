import { LatencyHistogram } from './latency-histogram.ts';

/** Number of equal periods with separate figures. */
const PERIODS = 60;

/** How a simulated request ended. */
export const OK = 0;
export const ERROR = 1;
export const TIMEOUT = 2;
export type Ending = typeof OK | typeof ERROR | typeof TIMEOUT;

/** Limits that throttle requests, in the order in which requests pass them. */
export const THROTTLES = ['gateway', 'concurrency', 'scaling', 'requestRate'] as const;
export type Throttle = (typeof THROTTLES)[number];

/** Totals of one function's environments; counts are weighted. */
export class FunctionTally {
  invocations = 0;
  coldStarts = 0;
  /** Billed time of initialisation and run, rounded up to whole milliseconds per invocation. */
  billedMs = 0;
  provisionedBilledMs = 0;
  /** Number of existing and number of busy environments, each integrated over time. */
  environmentMs = 0;
  busyMs = 0;
}

/** Requests that arrived in one of the equal periods of a plan. */
export class PeriodTally {
  arrivals = 0;
  ok = 0;
  throttled = 0;
  cold = 0;
  /** Maximum number of existing environments when a request arrived. */
  environments = 0;
  readonly latency = new LatencyHistogram();
}

/** Counts of a simulated run. Each request adds its weight: the number of requests that it represents. */
export class Tally {
  arrivals = 0;
  /** Number of individually simulated requests. */
  simulated = 0;
  ok = 0;
  errors = 0;
  timeouts = 0;
  readonly throttled: Record<Throttle, number> = { gateway: 0, concurrency: 0, scaling: 0, requestRate: 0 };
  /** Executions of the state machine, and their billed milliseconds in steps of 100. */
  executions = 0;
  executionBilledMs = 0;
  /** Latencies of answered requests. */
  readonly cold = new LatencyHistogram();
  readonly warm = new LatencyHistogram();
  readonly all = new LatencyHistogram();
  readonly functions: readonly FunctionTally[];
  readonly periods: readonly PeriodTally[];
  readonly periodMs: number;

  constructor(functions: number, durationMs: number) {
    this.functions = Array.from({ length: functions }, () => new FunctionTally());
    this.periods = Array.from({ length: PERIODS }, () => new PeriodTally());
    this.periodMs = durationMs / PERIODS;
  }

  periodAt(planMs: number): number {
    return Math.min(PERIODS - 1, Math.floor(planMs / this.periodMs));
  }

  refused(period: number, reason: Throttle, weight: number): void {
    this.throttled[reason] += weight;
    this.periods[period]!.throttled += weight;
  }

  ended(period: number, ending: Ending, latencyMs: number, isCold: boolean, weight: number): void {
    if (ending === ERROR) this.errors += weight;
    else if (ending === TIMEOUT) this.timeouts += weight;
    else {
      this.ok += weight;
      this.all.add(latencyMs, weight);
      (isCold ? this.cold : this.warm).add(latencyMs, weight);
      const of = this.periods[period]!;
      of.ok += weight;
      if (isCold) of.cold += weight;
      of.latency.add(latencyMs, weight);
    }
  }
}
