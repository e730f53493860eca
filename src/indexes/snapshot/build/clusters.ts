import type { BuildKernels } from '../kernels/kernels.ts';
import type { KernelMemory } from '../kernels/memory.ts';

/** Number of candidate clusters per vector: those nearest to its current cluster. */
const NEIGHBOURS = 16;
const ROUNDS = 3;

/** Contiguous vectors in the kernels' memory. */
export interface VectorTable {
  readonly address: number;
  readonly count: number;
}

/** Centroids with their neighbouring clusters; assigns vectors to the nearest cluster. */
export class Clusters {
  readonly count: number;
  readonly #memory: KernelMemory;
  readonly #kernels: BuildKernels;
  readonly #dimensions: number;
  readonly #centroids: number;
  readonly #halfNorms: number;
  readonly #neighbours: number;
  readonly #listed: number;

  constructor(memory: KernelMemory, kernels: BuildKernels, dimensions: number, count: number) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#dimensions = dimensions;
    this.count = count;
    this.#listed = Math.min(NEIGHBOURS, count);
    this.#centroids = memory.reserve(4 * count * dimensions);
    this.#halfNorms = memory.reserve(4 * count);
    this.#neighbours = memory.reserve(4 * count * this.#listed);
  }

  /**
   * k-means (Lloyd) over a sample, starting from the current clusters: recomputes means, then moves each vector to the
   * nearest of the clusters around its own. `labels` (address of u32) contains each vector's cluster and is updated.
   */
  train(sample: VectorTable, labels: number): void {
    for (let round = 0; round < ROUNDS; round++) {
      this.#setMeans(sample, labels);
      this.#setNeighbours();
      if (round < ROUNDS - 1) this.assign(sample, labels);
    }
  }

  /** Moves each vector to the nearest cluster among the neighbours of its cluster in `labels`. */
  assign({ address, count }: VectorTable, labels: number): void {
    this.#kernels.assign(
      address,
      count,
      this.#dimensions,
      this.#centroids,
      this.#halfNorms,
      this.#neighbours,
      this.#listed,
      labels,
    );
  }

  #centroid(cluster: number): number {
    return this.#centroids + 4 * cluster * this.#dimensions;
  }

  /** Computes the mean of each cluster; empty clusters keep their centroid. */
  #setMeans(sample: VectorTable, labels: number): void {
    const { floats, words } = this.#memory;
    const size = this.#dimensions;
    const counts = new Uint32Array(this.count);
    for (let row = 0; row < sample.count; row++) counts[words[labels / 4 + row]!]! += 1;
    counts.forEach((count, cluster) => {
      const start = this.#centroid(cluster) / 4;
      if (count > 0) floats.fill(0, start, start + size);
    });
    for (let row = 0; row < sample.count; row++) {
      const cluster = words[labels / 4 + row]!;
      const vector = sample.address + 4 * row * size;
      this.#kernels.addScaled(this.#centroid(cluster), vector, 1 / counts[cluster]!, size);
    }
    for (let cluster = 0; cluster < this.count; cluster++) {
      const at = this.#centroid(cluster);
      floats[this.#halfNorms / 4 + cluster] = this.#kernels.dot(at, at, size) / 2;
    }
  }

  #setNeighbours(): void {
    const { floats, words } = this.#memory;
    const scores = new Float32Array(this.count);
    for (let cluster = 0; cluster < this.count; cluster++) {
      const at = this.#centroid(cluster);
      for (let other = 0; other < this.count; other++) {
        const product = this.#kernels.dot(at, this.#centroid(other), this.#dimensions);
        scores[other] = product - floats[this.#halfNorms / 4 + other]!;
      }
      // The nearest clusters, unordered; the lower number wins ties for the last place.
      const bound = scores.slice().sort()[this.count - this.#listed]!;
      const start = this.#neighbours / 4 + cluster * this.#listed;
      let listed = 0;
      for (const isEqual of [false, true]) {
        for (let other = 0; other < this.count && listed < this.#listed; other++)
          if (isEqual ? scores[other] === bound : scores[other]! > bound) words[start + listed++] = other;
      }
    }
  }
}
