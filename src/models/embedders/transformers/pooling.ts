import type { Tensor } from '../../local/index.ts';

/**
 * Pools the token vectors `[1, tokens, dimensions]` of a text into one vector: the mean over the tokens in the mask, or
 * the first token's vector.
 */
export function pool(hidden: Tensor, mask: Tensor, pooling: 'mean' | 'cls'): Float32Array {
  const [, tokens = 0, dimensions = 0] = hidden.dims;
  const vector = new Float32Array(dimensions);
  const counted = pooling === 'cls' ? Math.min(1, tokens) : tokens;
  let real = 0;
  for (let token = 0; token < counted; token++) {
    if (Number(mask.data[token]) === 0) continue;
    real++;
    for (let index = 0; index < dimensions; index++) {
      vector[index] = vector[index]! + Number(hidden.data[token * dimensions + index]);
    }
  }
  return real > 1 ? vector.map((component) => component / real) : vector;
}
