import { seededWords } from '../format/rotation-signs.ts';
import type { BuildKernels } from '../kernels/kernels.ts';
import type { KernelMemory } from '../kernels/memory.ts';

/** Splits in heap order: rows whose product with `direction` is above `bound` go right. */
export interface SplitTree {
  readonly levels: number;
  /** Addresses in the kernels' memory: (2^levels - 1) directions, and as many bounds. */
  readonly directions: number;
  readonly bounds: number;
}

const ROUNDS = 3;
/** A node's means are computed over this many rows: enough for a direction. */
const BASIS_ROWS = 4_096;

/**
 * Trains a balanced binary tree over sampled vectors: each node splits at the median of the projection on the line
 * between two means (2-means with equal halves). From left to right, neighbouring leaves are alike.
 * `sample`: address of `count` vectors, in an order that does not depend on the reading order.
 */
export function trainTree(
  memory: KernelMemory,
  kernels: BuildKernels,
  sample: { readonly address: number; readonly count: number },
  dimensions: number,
  levels: number,
  seed: number,
): SplitTree {
  const nodes = 2 ** levels - 1;
  const size = 4 * dimensions;
  const directions = memory.reserve(Math.max(1, nodes) * size);
  const bounds = memory.reserve(4 * Math.max(1, nodes));
  const means = memory.reserve(2 * size);
  const order = Uint32Array.from({ length: sample.count }, (_, index) => index);
  const projections = new Float32Array(sample.count);
  const next = seededWords(seed);

  const vectorAt = (index: number): number => sample.address + index * size;
  const meanInto = (target: number, rows: Uint32Array): void => {
    memory.floats.fill(0, target / 4, target / 4 + dimensions);
    for (const row of rows) kernels.addScaled(target, vectorAt(row), 1 / rows.length, dimensions);
  };
  const project = (direction: number, rows: Uint32Array): void => {
    for (const row of rows) projections[row] = kernels.dot(vectorAt(row), direction, dimensions);
  };
  const difference = (target: number, left: number, right: number): void => {
    const { floats } = memory;
    for (let index = 0; index < dimensions; index++)
      floats[target / 4 + index] = floats[right / 4 + index]! - floats[left / 4 + index]!;
  };

  const split = (node: number, rows: Uint32Array, depth: number, sibling: Float32Array | undefined): void => {
    if (depth === levels) return;
    const direction = directions + node * size;
    let halves = { low: rows, high: rows.subarray(rows.length), bound: 0 };
    if (rows.length > 1) {
      const basis = everyNth(rows, BASIS_ROWS);
      // Start from a seeded row and the one least similar to it.
      const start = basis[next() % basis.length]!;
      project(vectorAt(start), basis);
      let far = basis[0]!;
      for (const row of basis) if (projections[row]! < projections[far]!) far = row;
      difference(direction, vectorAt(start), vectorAt(far));
      for (let round = 1; round < ROUNDS; round++) {
        project(direction, basis);
        const { low, high } = halved(basis, projections);
        meanInto(means, low);
        meanInto(means + size, high);
        difference(direction, means, means + size);
      }
      if (sibling !== undefined) face(direction, basis, node % 2 === 0, sibling);
      project(direction, rows);
      halves = halved(rows, projections);
    }
    memory.floats[bounds / 4 + node] = halves.bound;
    const { low, high } = halves;
    meanInto(means, everyNth(low.length === 0 ? rows : low, BASIS_ROWS));
    meanInto(means + size, everyNth(high.length === 0 ? rows : high, BASIS_ROWS));
    const lowMean = memory.floats.slice(means / 4, means / 4 + dimensions);
    const highMean = memory.floats.slice(means / 4 + dimensions, means / 4 + 2 * dimensions);
    split(2 * node + 1, low, depth + 1, highMean);
    split(2 * node + 2, high, depth + 1, lowMean);
  };

  /** Orients a node so that the half most similar to its sibling is next to it; similar ranges then join. */
  const face = (direction: number, rows: Uint32Array, isRight: boolean, sibling: Float32Array): void => {
    memory.floats.set(sibling, means / 4);
    const towards = kernels.dot(means, direction, dimensions);
    meanInto(means + size, rows);
    const own = kernels.dot(means + size, direction, dimensions);
    if (towards < own === isRight) return;
    const { floats } = memory;
    for (let index = 0; index < dimensions; index++)
      floats[direction / 4 + index] = -floats[direction / 4 + index]!;
  };

  split(0, order, 0, undefined);
  return { levels, directions, bounds };
}

/** At most `most` rows, spread evenly over a list. */
function everyNth(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, index) => rows[Math.floor((index * rows.length) / most)]!);
}

/** The half with the smaller projections and the other, each in input order, and a `bound` between them. */
function halved(
  rows: Uint32Array,
  projections: Float32Array,
): { low: Uint32Array; high: Uint32Array; bound: number } {
  const half = rows.length >> 1;
  const ascending = new Float32Array(rows.length);
  for (let index = 0; index < rows.length; index++) ascending[index] = projections[rows[index]!]!;
  ascending.sort();
  const median = ascending[half]!;
  // Rows equal to the median fill up the low half.
  let equals = 0;
  while (equals < half && ascending[half - 1 - equals] === median) equals += 1;
  const [low, high] = [new Uint32Array(half), new Uint32Array(rows.length - half)];
  let [lows, highs] = [0, 0];
  for (const row of rows) {
    const value = projections[row]!;
    if (value < median || (value === median && equals-- > 0)) low[lows++] = row;
    else high[highs++] = row;
  }
  return { low, high, bound: Math.fround(((ascending[half - 1] ?? median) + median) / 2) };
}
