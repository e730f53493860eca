/** A load plan of the validation, with the idle limit under which it runs. */
export interface ValidationPlan {
  readonly name: string;
  readonly text: string;
  readonly idleSeconds: number;
}

/** Idle limit of plans in which environments are to stay. */
const LONG_IDLE_SECONDS = 300;
/** Idle limit of plans with gaps; the laptop cloud looks once a second. */
const SHORT_IDLE_SECONDS = 3;
const GAP_SECONDS = 8;

/**
 * Six plans around a capacity in requests per second: what `concurrency` environments can answer when all are busy.
 * A quantile between two modes of the latencies says little: cold starts are rarer than 5 % here, or more frequent.
 */
export function validationPlans(capacity: number, seconds: number): ValidationPlan[] {
  const at = (share: number): string => `${(share * capacity).toFixed(1)}/s`;
  const length = `${seconds}s`;
  const plan = (name: string, text: string, idleSeconds = LONG_IDLE_SECONDS): ValidationPlan => ({
    name,
    text,
    idleSeconds,
  });
  return [
    plan('steady', `constant ${at(0.3)} for ${length}`),
    plan('ramp', `ramp ${at(0.05)} to ${at(0.8)} for ${length}`),
    plan('burst from zero', `on-off ${at(0.7)} for 10s, idle ${GAP_SECONDS}s, 4 times`, SHORT_IDLE_SECONDS),
    plan('near capacity', `constant ${at(0.9)} for ${length}`),
    plan('beyond capacity', `constant ${at(2)} for ${length}`),
    plan('idle gaps', `on-off ${at(0.2)} for 2s, idle ${GAP_SECONDS}s, 12 times`, SHORT_IDLE_SECONDS),
  ];
}
