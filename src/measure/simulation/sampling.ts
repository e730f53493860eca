import { throwIfAborted } from '../../core/index.ts';
import type { FleetSimulation } from './engine/fleet-simulation.ts';
import type { Arrivals } from './plan/arrivals.ts';
import { durationMsOf, expectedArrivals, type LoadPlan, rateIn } from './plan/plan.ts';

/** Maximum requests of a plan for simulating every one of them. */
export const MOST_SIMULATED = 20_000_000;
/** A window is steady if its rate stays within this share of its first value. */
const STEADY_SHARE = 0.02;
const MAX_WINDOW_MS = 300_000;
/** Requests of a slice that represents the rest of its window, and its minimum duration. */
const SLICE_REQUESTS = 10_000;
const MIN_SLICE_MS = 1_000;
/** A fleet has settled if this share of its environments, or less, was started in half a second. */
const SETTLED_SHARE = 0.0025;
const SETTLING_MS = 500;
/** Requests between two progress and cancellation checks. */
const CHUNK_REQUESTS = 100_000;

export interface DriveOptions {
  /** Simulates slices of steady windows instead of every request. */
  readonly isSampled: boolean;
  /** Called regularly with the time reached in the plan. */
  readonly onProgress?: ((planMs: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Drives a simulation through a plan. Sampling uses windows of at most 5 minutes in which the rate changes by at most
 * 2 %: once the fleet has settled, a slice of the window represents its rest, which the clock skips. Changes of the
 * load, and the fleet's reaction to them, are simulated request by request.
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
      // Yields to the event loop for Ctrl-C and progress output.
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
    const sliceMs = Math.max(MIN_SLICE_MS, (SLICE_REQUESTS / rateAt(plan, nowMs)) * 1_000);
    let isSettled = false;
    // A window that is too short to skip, or does not settle in time, is simulated completely.
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

/** End of the steady window that starts at a time. */
function steadyUntilMs(plan: LoadPlan, fromMs: number): number {
  const first = rateAt(plan, fromMs);
  const allowed = STEADY_SHARE * first;
  const lastMs = Math.min(durationMsOf(plan), fromMs + MAX_WINDOW_MS);
  for (const stretch of plan.stretches) {
    if (stretch.endMs <= fromMs) continue;
    if (stretch.startMs >= lastMs) break;
    const atMs = Math.max(fromMs, stretch.startMs);
    if (Math.abs(rateIn(stretch, atMs) - first) > allowed) return atMs;
    const perMs = Math.abs(stretch.endRate - stretch.startRate) / (stretch.endMs - stretch.startMs);
    const bound = stretch.endRate >= stretch.startRate ? first + allowed : first - allowed;
    if (Math.abs(stretch.endRate - first) <= allowed) continue;
    return Math.min(lastMs, atMs + Math.abs(bound - rateIn(stretch, atMs)) / perMs);
  }
  return lastMs;
}
