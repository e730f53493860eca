import { gaussian, seededRandom } from '../../src/core/index.ts';

/** The next `count` values of a source. */
export const take = (count: number, next: () => number): Float64Array =>
  Float64Array.from({ length: count }, () => next());

/** Log-normal values: exp(deviation * z), where consecutive z have the correlation `phi`. */
export function logNormal(seed: number, { phi = 0, deviation = 0.5 } = {}): () => number {
  const random = seededRandom(seed);
  const fresh = Math.sqrt(1 - phi ** 2);
  let z = gaussian(random);
  return () => {
    z = phi * z + fresh * gaussian(random);
    return Math.exp(deviation * z);
  };
}

/** Waiting times of a stationary M/M/1 queue with service rate 1 (Lindley's recursion). */
export function queueWaits(seed: number, utilisation: number): () => number {
  const random = seededRandom(seed);
  const exponential = (): number => -Math.log(1 - random());
  let wait = random() < utilisation ? exponential() / (1 - utilisation) : 0;
  return () => {
    const current = wait;
    wait = Math.max(0, wait + exponential() - exponential() / utilisation);
    return current;
  };
}
