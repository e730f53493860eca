import { SragError } from './errors.ts';

/** How vectors are compared: `cosine` stores them at unit length, `dot` (inner product) as they are. */
export const METRICS = ['cosine', 'dot'] as const;
export type Metric = (typeof METRICS)[number];

/** Bounds of vector lengths that single precision compares without loss; models return 1 to a few hundred. */
const [SHORTEST, LONGEST] = [1e-9, 1e9];

/** Inner product of two vectors of equal length. */
export function dotProduct(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}

/** Relative tolerance, since single-precision sums differ in their last digits. */
const TIE = 1e-6;

/** The lowest score that ties with `last` in a list whose scores range from `best` to `last`. */
export const tieThreshold = (best: number, last: number): number =>
  last - TIE * Math.max(Math.abs(best), Math.abs(last));

/**
 * Euclidean length of a vector.
 * @throws INVALID_VECTOR for a zero vector, NaN or infinity; `what` names the vector in the message.
 */
export function vectorLength(vector: Float32Array, what = 'vector'): number {
  let sum = 0;
  for (let index = 0; index < vector.length; index++) sum += vector[index]! * vector[index]!;
  if (!Number.isFinite(sum)) {
    throw new SragError('INVALID_VECTOR', `The ${what} contains NaN or an infinite number.`, {
      remedy: 'Embed that text again; every component must be a finite number.',
    });
  }
  if (sum === 0) {
    throw new SragError('INVALID_VECTOR', `The ${what} is zero: it has no direction.`, {
      remedy: 'Omit empty texts, or embed that text again.',
    });
  }
  return Math.sqrt(sum);
}

/** Scales `vector` to unit length in place and returns it. @throws the errors of {@link vectorLength}. */
export function normalise(vector: Float32Array, what = 'vector'): Float32Array {
  const scale = 1 / vectorLength(vector, what);
  for (let index = 0; index < vector.length; index++) vector[index] = vector[index]! * scale;
  return vector;
}

/**
 * Prepares `vector` for a metric in place and returns it: scaled to unit length for `cosine`, unchanged for
 * `dot`.
 * @throws the errors of {@link vectorLength}, and INVALID_VECTOR for lengths that no model returns.
 */
export function fitToMetric(vector: Float32Array, metric: Metric, what = 'vector'): Float32Array {
  if (metric === 'cosine') return normalise(vector, what);
  const length = vectorLength(vector, what);
  if (length >= SHORTEST && length <= LONGEST) return vector;
  throw new SragError('INVALID_VECTOR', `The ${what} has length ${length}.`, {
    remedy: `Scale all vectors to lengths between ${SHORTEST} and ${LONGEST}.`,
  });
}
