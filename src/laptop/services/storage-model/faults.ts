import { seededRandom } from '../../../core/index.ts';

/** Faults of a GET: the status 503, a reset before or during the body, or a stall of two seconds. */
export const FAULTS = ['unavailable', 'reset', 'short', 'stall'] as const;
export type Fault = (typeof FAULTS)[number];

/** Duration of a stall, in addition to the latency. */
export const STALL_MS = 2_000;

/** Draws faults: one random number per GET, so that the sequence depends only on seed, rate and order. */
export function faultSource(seed: number, rate: number): () => Fault | undefined {
  const random = seededRandom(seed);
  return () => {
    const drawn = random();
    return drawn < rate ? FAULTS[Math.floor((drawn / rate) * FAULTS.length)] : undefined;
  };
}
