import { throwIfAborted } from '../../core/index.ts';
import type { FleetSimulation } from './engine/fleet-simulation.ts';
import type { Arrivals } from './plan/arrivals.ts';
import { durationMsOf, expectedArrivals, type LoadPlan, rateIn } from './plan/plan.ts';

/** Requests that a plan may have for each of them to be simulated. */
export const MOST_SIMULATED = 20_000_000;
/** A steady window: the rate stays within this share of its first value. */
const STEADY_SHARE = 0.02;
const LONGEST_WINDOW_MS = 300_000;
/** Requests of a window that are measured for all of its remaining ones, and the least time they take. */
const SLICE_REQUESTS = 10_000;
const SHORTEST_SLICE_MS = 1_000;
/** A fleet has settled when so few environments, of those that exist, were started in half a second. */
const SETTLED_SHARE = 0.0025;
const SETTLING_MS = 500;
/** Requests between two looks at the clock and the signal. */
const CHUNK_REQUESTS = 100_000;

export interface DriveOptions {
  /** Simulates slices of steady windows in place of every request. */
  readonly isSampled: boolean;
  /** Called now and then with the moment of the plan that was reached. */
  readonly onProgress?: ((planMs: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a simulation through a plan. Sampling looks at windows of at most 5 minutes in which the rate changes by at most
 * 2 %: after the fleet has settled, a slice of the window counts for its rest, and the clock skips that rest. Changes of
 * the load, and the fleet's answer to them, are simulated request by request.
 * @throws CANCELLED
 */
export async function drive(
  simulation: FleetSimulation,
  plan: LoadPlan,
  arrivals: Arrivals,
  { isSampled, onProgress, signal }: DriveOptions,
): Promise<void> {
  const endMs = durationMsOf(plan);
  const runTo = async (fromMs: number, toMs: number, weight = 1): Promise<void> => {
    const chunks = Math.max(1, Math.ceil(expectedArrivals(plan, fromMs, toMs) / CHUNK_REQUESTS));
    for (let chunk = 1; chunk <= chunks; chunk++) {
      const atMs = chunk === chunks ? toMs : fromMs + ((toMs - fromMs) * chunk) / chunks;
      simulation.run(arrivals, atMs, weight);
      onProgress?.(atMs);
      throwIfAborted(signal);
      // Ctrl-C and the progress line need the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  if (!isSampled) {
    await runTo(0, endMs);
    return simulation.drain();
  }
  let nowMs = 0;
  while (nowMs < endMs) {
    const windowMs = steadyUntilMs(plan, nowMs);
    const sliceMs = Math.max(SHORTEST_SLICE_MS, (SLICE_REQUESTS / rateAt(plan, nowMs)) * 1_000);
    let isSettled = false;
    // A window that is not worth skipping, or has not settled in time, is simulated whole.
    while (nowMs + sliceMs < windowMs && !isSettled) {
      const untilMs = nowMs + SETTLING_MS;
      const before = simulation.environments;
      await runTo(nowMs, untilMs);
      const { started, existing } = simulation.environments;
      isSettled = started - before.started <= Math.max(1, SETTLED_SHARE * existing);
      nowMs = untilMs;
    }
    if (!isSettled || nowMs + sliceMs >= windowMs) {
      const toMs = Math.max(windowMs, Math.min(endMs, nowMs + SETTLING_MS));
      await runTo(nowMs, toMs);
      nowMs = toMs;
      continue;
    }
    const sliceEndMs = nowMs + sliceMs;
    const weight = expectedArrivals(plan, nowMs, windowMs) / expectedArrivals(plan, nowMs, sliceEndMs);
    await runTo(nowMs, sliceEndMs, weight);
    simulation.skip(windowMs - sliceEndMs);
    arrivals.seek(windowMs);
    nowMs = windowMs;
  }
  simulation.drain();
}

function rateAt({ stretches }: LoadPlan, ms: number): number {
  const stretch = stretches.find(({ endMs }) => endMs > ms);
  return stretch === undefined ? 0 : rateIn(stretch, ms);
}

/** End of the steady window that begins at a moment. */
function steadyUntilMs(plan: LoadPlan, fromMs: number): number {
  const first = rateAt(plan, fromMs);
  const allowed = STEADY_SHARE * first;
  const lastMs = Math.min(durationMsOf(plan), fromMs + LONGEST_WINDOW_MS);
  for (const stretch of plan.stretches) {
    if (stretch.endMs <= fromMs) continue;
    if (stretch.startMs >= lastMs) break;
    const atMs = Math.max(fromMs, stretch.startMs);
    if (Math.abs(rateIn(stretch, atMs) - first) > allowed) return atMs;
    const perMs = Math.abs(stretch.endRate - stretch.startRate) / (stretch.endMs - stretch.startMs);
    const most = stretch.endRate >= stretch.startRate ? first + allowed : first - allowed;
    if (Math.abs(stretch.endRate - first) <= allowed) continue;
    return Math.min(lastMs, atMs + Math.abs(most - rateIn(stretch, atMs)) / perMs);
  }
  return lastMs;
}
