import {
  durationMsOf,
  expectedArrivals,
  type LoadPlan,
  ratesOfPlan,
  type Stretch,
} from '../simulation/plan/plan.ts';

/** A shorter plan is repeated until it has about this many requests, so that quantiles are stable. */
const ENOUGH_REQUESTS = 3_000;
const MAX_REPEATS = 1_000;
/** A load that is steady from its start begins with a ramp of this length: no fleet starts from nothing. */
const RAMP_MS = 600_000;
/** Start rates up to this multiple of the mean count as steady. */
const STEADY = 1.5;
const HOUR_MS = 3_600_000;

/** The plan that is simulated instead: repeated if it is short, begun with a ramp, and in steps of an hour if sampled. */
export function simulatedPlan(plan: LoadPlan, isSampled: boolean): LoadPlan {
  const repeats = Math.min(MAX_REPEATS, Math.ceil(ENOUGH_REQUESTS / expectedArrivals(plan)));
  const repeated = joined(
    plan.text,
    Array.from({ length: Math.max(1, repeats) }, () => plan),
  );
  const steps = isSampled ? inHours(repeated) : repeated;
  const startRate = steps.stretches[0]!.startRate;
  if (startRate === 0 || startRate > STEADY * ratesOfPlan(plan).mean) return steps;
  const ramp = { startMs: 0, endMs: RAMP_MS, startRate: 0, endRate: startRate };
  return joined(plan.text, [{ text: '', stretches: [ramp] }, steps]);
}

function joined(text: string, plans: readonly LoadPlan[]): LoadPlan {
  let startMs = 0;
  const stretches = plans.flatMap((plan) => {
    const shifted = plan.stretches.map((of) => ({
      ...of,
      startMs: of.startMs + startMs,
      endMs: of.endMs + startMs,
    }));
    startMs += durationMsOf(plan);
    return shifted;
  });
  return { text, stretches };
}

/** The same load with the mean rate of each hour: only steady windows can be sampled. */
function inHours(plan: LoadPlan): LoadPlan {
  const durationMs = durationMsOf(plan);
  if (durationMs <= 2 * HOUR_MS) return plan;
  const stretches: Stretch[] = [];
  for (let startMs = 0; startMs < durationMs; startMs += HOUR_MS) {
    const endMs = Math.min(durationMs, startMs + HOUR_MS);
    const rate = expectedArrivals(plan, startMs, endMs) / ((endMs - startMs) / 1_000);
    stretches.push({ startMs, endMs, startRate: rate, endRate: rate });
  }
  return { text: plan.text, stretches };
}
