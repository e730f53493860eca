import { throwIfAborted } from '../../core/index.ts';
import type { FleetSimulation } from './engine/fleet-simulation.ts';
import type { Arrivals } from './plan/arrivals.ts';
import { durationMsOf, expectedArrivals, type LoadPlan, rateIn } from './plan/plan.ts';

/** If a plan has at most this many requests, every request is simulated by default. */
export const MOST_SIMULATED = 20_000_000;
/** A window is steady if its rate stays within this share of its first value. */
const STEADY_SHARE = 0.02;
const MAX_WINDOW_MS = 300_000;
/** Requests and minimum duration of a slice: the part of a window that represents all of the window. */
const SLICE_REQUESTS = 10_000;
const MIN_SLICE_MS = 1_000;
/** A fleet has settled if at most this share of its environments was started in half a second. */
const SETTLED_SHARE = 0.0025;
const SETTLING_MS = 500;
/** Number of requests after which progress is reported and cancellation checked. */
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
  options: DriveOptions,
): Promise<void> {
  const driver = new Driver(simulation, plan, arrivals, options);
  if (options.isSampled) await driver.sample();
  else await driver.runTo(durationMsOf(plan));
  simulation.drain();
}

/** Progress of a simulation through a plan. */
class Driver {
  readonly #simulation: FleetSimulation;
  readonly #plan: LoadPlan;
  readonly #arrivals: Arrivals;
  readonly #options: DriveOptions;
  #nowMs = 0;

  constructor(simulation: FleetSimulation, plan: LoadPlan, arrivals: Arrivals, options: DriveOptions) {
    this.#simulation = simulation;
    this.#plan = plan;
    this.#arrivals = arrivals;
    this.#options = options;
  }

  async runTo(toMs: number, weight = 1): Promise<void> {
    const fromMs = this.#nowMs;
    const chunks = Math.max(1, Math.ceil(expectedArrivals(this.#plan, fromMs, toMs) / CHUNK_REQUESTS));
    for (let chunk = 1; chunk <= chunks; chunk++) {
      const atMs = chunk === chunks ? toMs : fromMs + ((toMs - fromMs) * chunk) / chunks;
      this.#simulation.run(this.#arrivals, atMs, weight);
      this.#options.onProgress?.(atMs);
      throwIfAborted(this.#options.signal);
      // Yields to the event loop for Ctrl-C and progress output.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = toMs;
  }

  /** Simulates slices of steady windows. */
  async sample(): Promise<void> {
    const endMs = durationMsOf(this.#plan);
    while (this.#nowMs < endMs) {
      const windowMs = steadyUntilMs(this.#plan, this.#nowMs);
      const sliceMs = Math.max(MIN_SLICE_MS, (SLICE_REQUESTS / rateAt(this.#plan, this.#nowMs)) * 1_000);
      const isSettled = await this.#settle(windowMs, sliceMs);
      // Simulated completely if the window is too short to skip, or if the fleet does not settle in it.
      if (isSettled && this.#nowMs + sliceMs < windowMs) await this.#skipTo(windowMs, sliceMs);
      else await this.runTo(Math.max(windowMs, Math.min(endMs, this.#nowMs + SETTLING_MS)));
    }
  }

  /** Simulates until the fleet has settled, or until no time of the window is left to skip. */
  async #settle(windowMs: number, sliceMs: number): Promise<boolean> {
    let isSettled = false;
    while (this.#nowMs + sliceMs < windowMs && !isSettled) {
      const before = this.#simulation.environments;
      await this.runTo(this.#nowMs + SETTLING_MS);
      const { started, existing } = this.#simulation.environments;
      isSettled = started - before.started <= Math.max(1, SETTLED_SHARE * existing);
    }
    return isSettled;
  }

  /** Simulates a slice that represents a window, and skips the rest of the window. */
  async #skipTo(windowMs: number, sliceMs: number): Promise<void> {
    const sliceEndMs = this.#nowMs + sliceMs;
    const represented = expectedArrivals(this.#plan, this.#nowMs, windowMs);
    await this.runTo(sliceEndMs, represented / expectedArrivals(this.#plan, this.#nowMs, sliceEndMs));
    this.#simulation.skip(windowMs - sliceEndMs);
    this.#arrivals.seek(windowMs);
    this.#nowMs = windowMs;
  }
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
