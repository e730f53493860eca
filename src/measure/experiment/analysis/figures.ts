import { latencyQuantiles } from '../../evaluation/statistics.ts';
import {
  type IntervalEstimate,
  interval,
  intervals,
  StopRule,
  type StopRuleOptions,
} from '../../statistics/index.ts';
import { blockSecondsAt, type Experiment } from '../declaration/schema.ts';
import type { Outcome } from '../results/sample.ts';
import { judgeBlocks } from './judge-blocks.ts';
import type { StepData } from './step-data.ts';

/** Figures of one variant at one step, computed from raw samples. */
export interface StepFigures {
  readonly variant: string;
  readonly step: number;
  readonly ratePerSecond: number;
  readonly blocks: number;
  /** Number of ended requests, whatever their outcome. */
  readonly requests: number;
  /** Number of answered warm requests, which determine the latencies. */
  readonly answeredWarm: number;
  readonly answeredCold: number;
  /** Latencies in milliseconds, of answered warm requests after the warm-up; empty if none was answered. */
  readonly latency: Readonly<Record<string, IntervalEstimate>>;
  /** Outcomes as shares of all requests. */
  readonly success: IntervalEstimate;
  readonly errors: IntervalEstimate;
  readonly timeouts: IntervalEstimate;
  readonly throttles: IntervalEstimate;
  /** Answered requests per second: the mean over blocks, each measured until its last reply. */
  readonly throughput: { readonly estimate: number; readonly low: number; readonly high: number };
  readonly convergence: { readonly state: 'converged' | 'not-converged'; readonly reason: string };
  /** Samples excluded from the latency as warm-up. */
  readonly warmUpCut: number;
  /** How late the generator sent requests, in milliseconds. */
  readonly lateness: { readonly p50: number; readonly p99: number };
}

/** Latency statistics of every step. */
export const LATENCY_STATISTICS = ['mean', 'p50', 'p95', 'p99'] as const;

/** The stop rule of a declaration. */
export const stopRuleOptions = (stop: Experiment['stop']): StopRuleOptions => ({
  statistics: stop.statistics,
  relativeWidth: stop.relativeWidth,
  level: stop.level,
  minSamples: MIN_SAMPLES,
  minSeconds: stop.minSeconds,
  maxSeconds: stop.maxSeconds,
});

/** Minimum number of samples before a step may converge; low enough for slow variants. */
const MIN_SAMPLES = 50;

/** Computes the figures of a step of an experiment. @throws INVALID_ARGUMENT if the step has no requests */
export function stepFigures(data: StepData, experiment: Pick<Experiment, 'load' | 'stop'>): StepFigures {
  const { stop } = experiment;
  const latencies = data.warmLatency().values;
  const { level } = stop;
  const decision = convergenceOf(data, experiment);
  const kept = latencies.subarray(decision.warmUpCut);
  const latency =
    kept.length === 0
      ? {}
      : Object.fromEntries(
          intervals(kept, LATENCY_STATISTICS, { level }).map((found) => [found.statistic, found]),
        );
  const share = (outcome: Outcome): IntervalEstimate =>
    interval(data.outcomes(outcome).values, 'rate', { level });
  const lateness = latencyQuantiles(data.lateness());
  return {
    variant: data.variant,
    step: data.step,
    ratePerSecond: data.ratePerSecond,
    blocks: data.spans().length,
    requests: data.requests,
    answeredWarm: latencies.length,
    answeredCold: data.coldLatency().length,
    latency,
    success: share('ok'),
    errors: share('error'),
    timeouts: share('timeout'),
    throttles: share('throttled'),
    throughput: throughputOf(data, experiment),
    convergence: { state: decision.state, reason: decision.reason },
    warmUpCut: decision.warmUpCut,
    lateness: { p50: lateness.p50, p99: lateness.p99 },
  };
}

/** Whether a step converged, by the same rule as during the run. */
function convergenceOf(
  data: StepData,
  experiment: Pick<Experiment, 'load' | 'stop'>,
): StepFigures['convergence'] & { readonly warmUpCut: number } {
  const rule = new StopRule(stopRuleOptions(experiment.stop));
  const { last } = judgeBlocks(rule, data, blockSecondsAt(experiment, data.ratePerSecond));
  const { state, reason, warmUp } = last ?? NOTHING_ANSWERED;
  return {
    state: state === 'converged' ? 'converged' : 'not-converged',
    reason: state === 'continue' ? `the step ended early: ${reason}` : reason,
    warmUpCut: warmUp.cut,
  };
}

const NOTHING_ANSWERED = {
  state: 'not-converged',
  reason: 'nothing was answered',
  warmUp: { cut: 0 },
} as const;

/** Answered requests per second of each block, measured until its last reply. */
export function throughputRates(data: StepData, experiment: Pick<Experiment, 'load'>): readonly number[] {
  const plannedMs = 1_000 * blockSecondsAt(experiment, data.ratePerSecond);
  return data
    .spans()
    .map(({ startMs, endMs, answered }) => answered / (Math.max(endMs - startMs, plannedMs) / 1_000));
}

function throughputOf(
  data: StepData,
  experiment: Pick<Experiment, 'load' | 'stop'>,
): StepFigures['throughput'] {
  const rates = throughputRates(data, experiment);
  if (rates.length < 2) {
    const [only = 0] = rates;
    return { estimate: only, low: only, high: only };
  }
  const { estimate, low, high } = interval(rates, 'mean', { level: experiment.stop.level });
  return { estimate, low: Math.max(0, low), high };
}

/** The steps of one variant before the first one with an unanswered request. */
export function carriedSteps<S extends Pick<StepFigures, 'success'>>(steps: readonly S[]): readonly S[] {
  const failed = steps.findIndex(({ success }) => success.estimate < 1);
  return failed === -1 ? steps : steps.slice(0, failed);
}

/** The step of highest throughput before the first failures; undefined if the first step has failures. */
export function capacityOf(steps: readonly StepFigures[]): StepFigures | undefined {
  return carriedSteps(steps).reduce<StepFigures | undefined>(
    (best, step) => (best === undefined || step.throughput.estimate > best.throughput.estimate ? step : best),
    undefined,
  );
}
