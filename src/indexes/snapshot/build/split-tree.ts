import { seededWords } from '../format/rotation-signs.ts';
import type { BuildKernels } from '../kernels/kernels.ts';
import type { KernelMemory } from '../kernels/memory.ts';

/** A split: rows whose product with `direction` is above `bound` go right. Nodes in heap order. */
export interface SplitTree {
  readonly levels: number;
  /** Addresses in the kernels' memory: (2^levels - 1) directions, and as many bounds. */
  readonly directions: number;
  readonly bounds: number;
}

const ROUNDS = 3;

/**
 * A balanced binary tree over sampled vectors: each node is split at the median of the projection on the line between
 * two means (2-means whose halves are kept equal). Its leaves, left to right, are an order in which neighbours are alike.
 * `sample`: address of `count` vectors, in an order that does not depend on how they were read.
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
    const half = rows.length >> 1;
    if (rows.length > 1) {
      // Starts from a seeded row and the one least like it.
      const start = rows[next() % rows.length]!;
      project(vectorAt(start), rows);
      let far = rows[0]!;
      for (const row of rows) if (projections[row]! < projections[far]!) far = row;
      difference(direction, vectorAt(start), vectorAt(far));
      for (let round = 0; round < ROUNDS; round++) {
        project(direction, rows);
        rows.sort((left, right) => projections[left]! - projections[right]! || left - right);
        if (round === ROUNDS - 1) break;
        meanInto(means, rows.subarray(0, half));
        meanInto(means + size, rows.subarray(half));
        difference(direction, means, means + size);
      }
      if (sibling !== undefined) face(direction, rows, node % 2 === 0, sibling);
    }
    const [low, high] = [projections[rows[half - 1] ?? 0] ?? 0, projections[rows[half] ?? 0] ?? 0];
    memory.floats[bounds / 4 + node] = rows.length > 1 ? Math.fround((low + high) / 2) : 0;
    const [left, right] = [rows.subarray(0, half), rows.subarray(half)];
    meanInto(means, left.length === 0 ? rows : left);
    meanInto(means + size, right.length === 0 ? rows : right);
    const leftMean = memory.floats.slice(means / 4, means / 4 + dimensions);
    const rightMean = memory.floats.slice(means / 4 + dimensions, means / 4 + 2 * dimensions);
    split(2 * node + 1, left, depth + 1, rightMean);
    split(2 * node + 2, right, depth + 1, leftMean);
  };

  /** Turns a node so that the half that resembles its sibling lies next to it: ranges of likes then join. */
  const face = (direction: number, rows: Uint32Array, isRight: boolean, sibling: Float32Array): void => {
    memory.floats.set(sibling, means / 4);
    const towards = kernels.dot(means, direction, dimensions);
    meanInto(means + size, rows);
    const own = kernels.dot(means + size, direction, dimensions);
    const isAway = towards < own;
    if (isAway === isRight) return;
    for (let index = 0; index < dimensions; index++)
      memory.floats[direction / 4 + index] = -memory.floats[direction / 4 + index]!;
    for (const row of rows) projections[row] = -projections[row]!;
    rows.sort((left, right) => projections[left]! - projections[right]! || left - right);
  };

  split(0, order, 0, undefined);
  return { levels, directions, bounds };
}
