import { seededWords } from '../format/rotation-signs.ts';
import type { BuildKernels } from '../kernels/kernels.ts';
import type { KernelMemory } from '../kernels/memory.ts';
import type { VectorTable } from './clusters.ts';
import type { Collected } from './collect.ts';

/** Splits in heap order: rows whose product with `direction` is above `bound` go right. */
export interface SplitTree {
  readonly levels: number;
  /** Addresses in the kernels' memory: (2^levels - 1) directions, and as many bounds. */
  readonly directions: number;
  readonly bounds: number;
}

const ROUNDS = 3;
/** Maximum number of rows from which a node's means are computed, which is enough to choose a direction. */
const BASIS_ROWS = 4_096;

/**
 * Trains a balanced binary tree over sampled vectors: each node splits at the median of the projection on the line
 * between two means (2-means with equal halves). From left to right, neighbouring leaves are alike. The sample's
 * order must not depend on the reading order.
 */
export function trainTree(
  { memory, kernels, dimensions }: Pick<Collected, 'memory' | 'kernels' | 'dimensions'>,
  sample: VectorTable,
  levels: number,
  seed: number,
): SplitTree {
  const trainer = new TreeTrainer(memory, kernels, sample, { dimensions, levels, seed });
  trainer.split(
    0,
    Uint32Array.from({ length: sample.count }, (_, index) => index),
    0,
    undefined,
  );
  return trainer.tree;
}

class TreeTrainer {
  readonly tree: SplitTree;
  readonly #memory: KernelMemory;
  readonly #kernels: BuildKernels;
  readonly #sample: VectorTable;
  readonly #dimensions: number;
  /** Address of two vectors: the means of both halves. */
  readonly #means: number;
  readonly #projections: Float32Array;
  readonly #next: () => number;

  constructor(
    memory: KernelMemory,
    kernels: BuildKernels,
    sample: VectorTable,
    { dimensions, levels, seed }: Readonly<Record<'dimensions' | 'levels' | 'seed', number>>,
  ) {
    const nodes = Math.max(1, 2 ** levels - 1);
    this.#memory = memory;
    this.#kernels = kernels;
    this.#sample = sample;
    this.#dimensions = dimensions;
    this.tree = {
      levels,
      directions: memory.reserve(4 * nodes * dimensions),
      bounds: memory.reserve(4 * nodes),
    };
    this.#means = memory.reserve(8 * dimensions);
    this.#projections = new Float32Array(sample.count);
    this.#next = seededWords(seed);
  }

  /** Splits `rows` at a node and below; `sibling` is the mean of the sibling's rows. */
  split(node: number, rows: Uint32Array, depth: number, sibling: Float32Array | undefined): void {
    if (depth === this.tree.levels) return;
    const { floats } = this.#memory;
    const [lowAt, highAt] = [this.#means, this.#means + 4 * this.#dimensions];
    const { low, high, bound } =
      rows.length > 1
        ? this.#halves(node, rows, sibling)
        : { low: rows, high: rows.subarray(rows.length), bound: 0 };
    floats[this.tree.bounds / 4 + node] = bound;
    this.#meanInto(lowAt, everyNth(low.length === 0 ? rows : low, BASIS_ROWS));
    this.#meanInto(highAt, everyNth(high.length === 0 ? rows : high, BASIS_ROWS));
    const lowMean = floats.slice(lowAt / 4, lowAt / 4 + this.#dimensions);
    const highMean = floats.slice(highAt / 4, highAt / 4 + this.#dimensions);
    this.split(2 * node + 1, low, depth + 1, highMean);
    this.split(2 * node + 2, high, depth + 1, lowMean);
  }

  /** Chooses a node's direction, and divides its rows. */
  #halves(node: number, rows: Uint32Array, sibling: Float32Array | undefined): Halves {
    const direction = this.tree.directions + 4 * node * this.#dimensions;
    const [lowAt, highAt] = [this.#means, this.#means + 4 * this.#dimensions];
    const basis = everyNth(rows, BASIS_ROWS);
    // Start from a seeded row and the one least similar to it.
    const start = basis[this.#next() % basis.length]!;
    this.#project(this.#vectorAt(start), basis);
    let far = basis[0]!;
    for (const row of basis) if (this.#projections[row]! < this.#projections[far]!) far = row;
    this.#difference(direction, this.#vectorAt(start), this.#vectorAt(far));
    for (let round = 1; round < ROUNDS; round++) {
      this.#project(direction, basis);
      const { low, high } = halved(basis, this.#projections);
      this.#meanInto(lowAt, low);
      this.#meanInto(highAt, high);
      this.#difference(direction, lowAt, highAt);
    }
    if (sibling !== undefined) this.#face(direction, basis, node % 2 === 0, sibling);
    this.#project(direction, rows);
    return halved(rows, this.#projections);
  }

  /**
   * Orients a node so that the half most similar to the node's sibling is next to that sibling, which keeps
   * similar ranges adjacent.
   */
  #face(direction: number, rows: Uint32Array, isRight: boolean, sibling: Float32Array): void {
    const { floats } = this.#memory;
    const ownAt = this.#means + 4 * this.#dimensions;
    floats.set(sibling, this.#means / 4);
    const towards = this.#kernels.dot(this.#means, direction, this.#dimensions);
    this.#meanInto(ownAt, rows);
    const own = this.#kernels.dot(ownAt, direction, this.#dimensions);
    if (towards < own === isRight) return;
    for (let index = 0; index < this.#dimensions; index++)
      floats[direction / 4 + index] = -floats[direction / 4 + index]!;
  }

  #vectorAt(row: number): number {
    return this.#sample.address + 4 * row * this.#dimensions;
  }

  #meanInto(target: number, rows: Uint32Array): void {
    this.#memory.floats.fill(0, target / 4, target / 4 + this.#dimensions);
    for (const row of rows)
      this.#kernels.addScaled(target, this.#vectorAt(row), 1 / rows.length, this.#dimensions);
  }

  #project(direction: number, rows: Uint32Array): void {
    for (const row of rows)
      this.#projections[row] = this.#kernels.dot(this.#vectorAt(row), direction, this.#dimensions);
  }

  #difference(target: number, left: number, right: number): void {
    const { floats } = this.#memory;
    for (let index = 0; index < this.#dimensions; index++)
      floats[target / 4 + index] = floats[right / 4 + index]! - floats[left / 4 + index]!;
  }
}

/** At most `most` rows, spread evenly over a list. */
function everyNth(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, index) => rows[Math.floor((index * rows.length) / most)]!);
}

interface Halves {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly bound: number;
}

/**
 * Returns the half of the rows with the smaller projections, the other half (both in input order), and a
 * `bound` between them.
 */
function halved(rows: Uint32Array, projections: Float32Array): Halves {
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
