import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { latencyQuantiles } from '../../evaluation/statistics.ts';

/** How the load generator itself affected a block. */
export interface GeneratorHealth {
  /** How late requests were sent. */
  readonly lateness: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly maxLatenessMs: number;
  /** Delay of the generator's event loop. */
  readonly loopDelayMs: LoopReading['loopDelayMs'];
  /** Share of the block in which the event loop was busy, 0 to 1. */
  readonly utilization: number;
  /** False if the generator, not the system under test, was the limit: the block is then meaningless. */
  readonly isValid: boolean;
  readonly reason?: string | undefined;
}

/** Delays of the event loop while a block runs. */
export interface LoopReading {
  readonly loopDelayMs: { readonly p95: number; readonly p99: number };
  readonly utilization: number;
}

/** Maximum share of a latency that the generator may contribute. */
const MAX_SHARE = 0.1;
/** Lateness that is normal for any timer. */
const TIMER_MS = 1;
const LOOP_DELAY_MS = 5;
const MAX_UTILIZATION = 0.95;
const RESOLUTION_MS = 10;

/** Watches the event loop until the returned function is called. */
export function watchLoop(): () => LoopReading {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const before: EventLoopUtilization = performance.eventLoopUtilization();
  histogram.enable();
  return () => {
    histogram.disable();
    const { utilization } = performance.eventLoopUtilization(before);
    // The histogram contains the times between samples; only what exceeds the resolution is a delay.
    const delay = (percent: number): number =>
      histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(percent) / 1e6 - RESOLUTION_MS);
    const loopDelayMs = { p95: delay(95), p99: delay(99) };
    return { loopDelayMs, utilization };
  };
}

/** Assesses a block by the lateness of its requests and the delays of the loop, relative to the latencies measured. */
export function generatorHealth(
  latenessMs: Float64Array,
  latenciesMs: Float64Array,
  { loopDelayMs, utilization }: LoopReading,
): GeneratorHealth {
  const lateness = latenessMs.length === 0 ? { p50: 0, p95: 0, p99: 0 } : latencyQuantiles(latenessMs);
  const reasons: string[] = [];
  // Without answers there is no latency that the generator could have distorted.
  if (latenciesMs.length > 0) {
    const latency = latencyQuantiles(latenciesMs);
    for (const name of ['p50', 'p95'] as const) {
      if (lateness[name] > Math.max(TIMER_MS, MAX_SHARE * latency[name]))
        reasons.push(
          `requests were sent late by ${ms(lateness[name])} at ${name}, where the latency was ${ms(latency[name])}`,
        );
    }
    if (loopDelayMs.p95 > Math.max(LOOP_DELAY_MS, MAX_SHARE * latency.p95))
      reasons.push(`the event loop was delayed by ${ms(loopDelayMs.p95)} at p95`);
  }
  if (utilization > MAX_UTILIZATION)
    reasons.push(`the event loop was busy ${(100 * utilization).toFixed(0)} % of the time`);
  return {
    lateness,
    maxLatenessMs: latenessMs.reduce((most, value) => Math.max(most, value), 0),
    loopDelayMs,
    utilization,
    isValid: reasons.length === 0,
    reason: reasons.length === 0 ? undefined : `the load generator was the limit: ${reasons.join('; ')}`,
  };
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
