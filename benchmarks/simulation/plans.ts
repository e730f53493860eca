/** A load plan that validates the simulation, with the time after which idle environments end. */
export interface ValidationPlan {
  readonly name: string;
  readonly text: string;
  readonly idleSeconds: number;
}

/** Idle limit of plans without gaps, whose environments stay alive. */
const LONG_IDLE_SECONDS = 300;
/** Idle limit of plans with gaps; the laptop cloud checks it once a second. */
const SHORT_IDLE_SECONDS = 3;
const GAP_SECONDS = 8;

/**
 * Returns six plans with rates below and above `capacity`: the requests per second that keep all environments
 * busy. A 95th percentile between the warm and the cold latencies is not meaningful, so the share of cold
 * starts is well below or above 5 %.
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
