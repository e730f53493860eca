import type { Outcome } from '../experiment/results/sample.ts';
import { estimateOf, type Statistic } from '../statistics/statistic.ts';
import { StopRule } from '../statistics/stop-rule.ts';
import type { ServedResult } from './serve-cases.ts';
import { ENDINGS, type Ending } from './served-cases.ts';

/** A measured figure of a case compared with its true value. */
export interface AccuracyRow {
  readonly case: string;
  readonly figure: string;
  readonly unit: 'ms' | 'share' | 'requests' | 'yes or no';
  readonly truth: number;
  readonly measured: number;
  /** `measured / truth - 1`. */
  readonly deviation: number;
  readonly passed: boolean;
}

/** Maximum deviation from the truth. */
export const TOLERANCE = 0.02;

const LATENCIES = ['mean', 'p50', 'p95', 'p99'] as const satisfies readonly Statistic[];
const OUTCOME_OF: Readonly<Record<Ending, Outcome>> = {
  ok: 'ok',
  refuse: 'throttled',
  fail: 'error',
  reset: 'error',
  hang: 'timeout',
};

/** Compares latencies, outcomes, the number of requests and the stop rule's decision with their true values. */
export function accuracyRows(result: ServedResult): AccuracyRow[] {
  const { served, block } = result;
  const truth = trueLatencies(result);
  const rows = LATENCIES.map((figure) =>
    rowOf(served.name, figure, 'ms', estimateOf(truth, figure), estimateOf(block.latenciesMs, figure)),
  );
  for (const [outcome, count] of trueOutcomes(result)) {
    const measured = block.outcomes[outcome] / served.arrivals.length;
    rows.push(rowOf(served.name, outcome, 'share', count / served.arrivals.length, measured));
  }
  rows.push(rowOf(served.name, 'requests', 'requests', served.arrivals.length, block.requests));
  if (served.isSteady !== undefined) {
    const measured = Number(isSteady(block.latenciesMs));
    rows.push(rowOf(served.name, 'steady', 'yes or no', Number(served.isSteady), measured));
  }
  return rows;
}

const rowOf = (
  name: string,
  figure: string,
  unit: AccuracyRow['unit'],
  truth: number,
  measured: number,
): AccuracyRow => {
  const deviation = measured === truth ? 0 : measured / truth - 1;
  return { case: name, figure, unit, truth, measured, deviation, passed: Math.abs(deviation) <= TOLERANCE };
};

/**
 * True latencies of answered requests. The server measures them; those of a queue are computed from the
 * arrivals.
 */
function trueLatencies({ served: { behaviour, arrivals }, record }: ServedResult): Float64Array {
  if (behaviour.kind === 'queue') return queueLatencies(arrivals, behaviour.serviceMs);
  return record.servedMs.filter((_, number) => ENDINGS[behaviour.endings[number]!] === 'ok');
}

/**
 * Latencies of a queue before one server with a known service time (Lindley, 1952). If the generator skips or
 * delays requests while the server is busy, it measures lower latencies.
 */
export function queueLatencies(arrivals: Float64Array, serviceMs: number): Float64Array {
  let freeAtMs = 0;
  return arrivals.map((atMs) => {
    freeAtMs = Math.max(freeAtMs, atMs) + serviceMs;
    return freeAtMs - atMs;
  });
}

/** Outcomes that the server caused, by count. */
function trueOutcomes({ served: { behaviour, arrivals } }: ServedResult): Map<Outcome, number> {
  if (behaviour.kind === 'queue') return new Map([['ok', arrivals.length]]);
  const counts = new Map<Outcome, number>();
  for (const ending of behaviour.endings) {
    const outcome = OUTCOME_OF[ENDINGS[ending]!];
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

/**
 * Describes how delays of the generator or the server disturbed a case; undefined if none exceeds the
 * tolerance at p99. A disturbed case proves nothing about the method.
 */
export function disturbanceOf({ block, record }: ServedResult): string | undefined {
  const allowedMs = TOLERANCE * estimateOf(block.latenciesMs, 'p50');
  const { lateness, loopDelayMs } = block.generator;
  const delays = {
    'requests were sent late': lateness.p99,
    "the generator's event loop was delayed": loopDelayMs.p99,
    "the server's event loop was delayed": record.loop.loopDelayMs.p99,
  };
  const found = Object.entries(delays).filter(([, delayMs]) => delayMs > allowedMs);
  if (found.length === 0) return undefined;
  return found.map(([what, delayMs]) => `${what} by ${delayMs.toFixed(1)} ms at p99`).join(', ');
}

/** Whether the stop rule finds the latency steady. If the load exceeds the capacity, it is not. */
function isSteady(latenciesMs: Float64Array): boolean {
  const rule = new StopRule({
    statistics: ['mean'],
    relativeWidth: 0.5,
    minSamples: Math.min(50, latenciesMs.length),
    maxSamples: latenciesMs.length,
  });
  return rule.check(latenciesMs.length, 1, () => latenciesMs).state === 'converged';
}
