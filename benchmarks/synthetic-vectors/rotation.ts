import type { Random } from '../../src/measure/index.ts';

const ROUNDS = 3;

/** Transforms `dimensions` numbers of `vector`, starting at `at`, orthogonally in place. */
export type Rotation = (vector: Float32Array, at: number) => void;

/**
 * A seeded orthogonal transform with n log n operations per vector: three rounds of random signs and
 * Walsh-Hadamard transforms. A length that is not a power of two uses two overlapping transforms, of its
 * first and last part.
 */
export function seededRotation(dimensions: number, random: Random): Rotation {
  const width = 2 ** Math.floor(Math.log2(dimensions));
  const scale = 1 / Math.sqrt(width);
  const starts = width === dimensions ? [0] : [0, dimensions - width];
  const signs = Array.from({ length: ROUNDS }, () =>
    Float32Array.from({ length: dimensions }, () => (random() < 0.5 ? -1 : 1)),
  );
  return (vector, at) => {
    for (const round of signs) {
      for (let index = 0; index < dimensions; index++) vector[at + index]! *= round[index]!;
      for (const start of starts) hadamard(vector, at + start, width, scale);
    }
  };
}

function hadamard(vector: Float32Array, at: number, width: number, scale: number): void {
  for (let half = 1; half < width; half *= 2) {
    for (let block = at; block < at + width; block += 2 * half) {
      for (let left = block; left < block + half; left++) {
        const x = vector[left]!;
        const y = vector[left + half]!;
        vector[left] = x + y;
        vector[left + half] = x - y;
      }
    }
  }
  for (let index = at; index < at + width; index++) vector[index]! *= scale;
}
