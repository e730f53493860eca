/** A stretch of a load plan over which the rate of arrivals changes linearly. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  /** Requests per second. */
  readonly startRate: number;
  readonly endRate: number;
}

/** A load over time: consecutive stretches without gaps. */
export interface LoadPlan {
  /** The plan as the user wrote it. */
  readonly text: string;
  readonly stretches: readonly Stretch[];
}

export const durationMsOf = ({ stretches }: LoadPlan): number => stretches.at(-1)?.endMs ?? 0;

/** Expected number of arrivals between two moments; default: those of the whole plan. */
export function expectedArrivals(
  { stretches }: LoadPlan,
  fromMs = 0,
  toMs = Number.POSITIVE_INFINITY,
): number {
  let sum = 0;
  for (const stretch of stretches) {
    const low = Math.max(fromMs, stretch.startMs);
    const high = Math.min(toMs, stretch.endMs);
    if (high > low) sum += ((rateIn(stretch, low) + rateIn(stretch, high)) / 2) * ((high - low) / 1_000);
  }
  return sum;
}

/** Rate at a time within a stretch, in requests per second. */
export const rateIn = ({ startMs, endMs, startRate, endRate }: Stretch, atMs: number): number =>
  endMs === startMs ? startRate : startRate + ((endRate - startRate) * (atMs - startMs)) / (endMs - startMs);

/** Mean and highest rate of a plan, in requests per second. */
export function ratesOfPlan(plan: LoadPlan): { readonly mean: number; readonly peak: number } {
  const rates = plan.stretches.flatMap(({ startRate, endRate }) => [startRate, endRate]);
  const peak = rates.reduce((highest, rate) => Math.max(highest, rate), 0);
  return { mean: Math.min(peak, expectedArrivals(plan) / (durationMsOf(plan) / 1_000)), peak };
}
