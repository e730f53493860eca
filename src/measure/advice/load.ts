import type { PriceTable } from '../../api/cost/index.ts';
import { limitsOf } from '../simulation/limits/limits.ts';
import { expectedArrivals, type LoadPlan } from '../simulation/plan/plan.ts';
import type { ServiceSample } from '../simulation/service/service-times.ts';
import { simulate } from '../simulation/simulate.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { NORMAL } from '../statistics/long-run-variance.ts';
import type { Prediction } from './predictor.ts';
import { simulatedPlan } from './simulated-plan.ts';

/** How a fleet of functions behaves under a load, by simulation. Latencies in milliseconds, cold starts included. */
export interface LoadFigures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly coldShare: number;
  /** Share of requests that are throttled. */
  readonly throttledShare: number;
  readonly environments: number;
}

const SAMPLES = 201;
/** Standard normal quantile of .95. */
const Z95 = 1.645;
/** Spread of cold starts, as the logarithm of their ratio at one standard deviation. */
const COLD_SPREAD = 0.15;
const TIMEOUT_MS = 29_000;
/** Larger loads are sampled. */
const MOST_SIMULATED = 50_000;

/**
 * Simulates a fleet whose warm searches are log-normal with the predicted p50 and p95.
 * @param warmEnvironments environments that are always ready
 */
export async function simulateLoad(
  prediction: Prediction,
  plan: LoadPlan,
  { warmEnvironments, memoryMb, prices }: { warmEnvironments: number; memoryMb: number; prices: PriceTable },
): Promise<LoadFigures> {
  const { p50Ms, p95Ms, firstMs } = prediction;
  const isSampled = expectedArrivals(plan) > MOST_SIMULATED;
  const spread = Math.log(Math.max(1, p95Ms / p50Ms)) / Z95;
  const { figures } = await simulate(
    {
      variant: prediction.kind,
      route: 'retrieve',
      functions: [
        {
          name: 'retrieve',
          memoryMb,
          timeoutMs: TIMEOUT_MS,
          warm: samplesOf(p50Ms, spread),
          cold: samplesOf(firstMs, COLD_SPREAD),
          provisioned: warmEnvironments,
        },
      ],
      limits: limitsOf('aws'),
      architecture: 'arm64',
      gateway: 'rest',
      overheadMs: 0,
      creationMs: 0,
      warmLines: [],
      coldLines: [],
    },
    simulatedPlan(plan, isSampled),
    { prices, replications: 0, requests: isSampled ? 'sampled' : 'all' },
  );
  return {
    p50Ms: figures.p50Ms.value ?? p50Ms,
    p95Ms: figures.p95Ms.value ?? p95Ms,
    coldShare: figures.coldShare.value ?? 0,
    throttledShare: figures.throttledShare.value ?? 0,
    environments: Math.max(1, figures.environmentsPeak.value ?? 1),
  };
}

/** Quantiles of a log-normal distribution, in an order without correlation between neighbours. */
function samplesOf(medianMs: number, spread: number): readonly ServiceSample[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const share = (((index * 89) % SAMPLES) + 0.5) / SAMPLES;
    return { initMs: 0, runMs: medianMs * Math.exp(spread * studentQuantile(share, NORMAL)), isError: false };
  });
}
