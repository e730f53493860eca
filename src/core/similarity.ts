import { SragError } from './errors.ts';

/** How vectors are compared. Only cosine for now: vectors are stored at unit length. */
export type Metric = 'cosine';

/** Inner product of two vectors of equal length. */
export function dotProduct(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}

/**
 * Scales `vector` to unit length in place and returns it.
 * @throws INVALID_VECTOR for a zero vector, NaN or infinity; `what` names the vector in the message.
 */
export function normalise(vector: Float32Array, what = 'vector'): Float32Array {
  let sum = 0;
  for (let index = 0; index < vector.length; index++) sum += vector[index]! * vector[index]!;
  if (!Number.isFinite(sum)) {
    throw new SragError('INVALID_VECTOR', `The ${what} holds NaN or an infinite number.`, {
      remedy: 'Embed that text again; every component must be a finite number.',
    });
  }
  if (sum === 0) {
    throw new SragError('INVALID_VECTOR', `The ${what} is zero: it has no direction.`, {
      remedy: 'Leave empty texts out, or embed that text again.',
    });
  }
  const scale = 1 / Math.sqrt(sum);
  for (let index = 0; index < vector.length; index++) vector[index] = vector[index]! * scale;
  return vector;
}
