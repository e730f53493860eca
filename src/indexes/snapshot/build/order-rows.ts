import { Clusters, type VectorTable } from './clusters.ts';
import type { Collected } from './collect.ts';
import { type SplitTree, trainTree } from './split-tree.ts';

/** Total size of the sampled vectors that the tree is trained on. */
const SAMPLE_BYTES = 64 * 2 ** 20;
const MAX_SAMPLE = 49_152;
/** Minimum number of sampled vectors per leaf of the tree. */
const MIN_PER_LEAF = 8;
const MAX_LEVELS = 14;
/** Vectors routed through the tree per batch. */
const ROUTING_BATCH = 1_024;

/** Final row order and statistics of the sample. */
export interface RowOrder {
  /** `order[i]`: the collected row that becomes row i of the index. */
  readonly order: Uint32Array;
  /** Mean of the sampled (rotated) vectors. */
  readonly mean: Float32Array;
  /** Address of the sample: `sampled` contiguous vectors. */
  readonly sample: number;
  readonly sampled: number;
}

/**
 * Orders rows so that similar ones are adjacent: a balanced tree of splits over a sample yields clusters in an order
 * in which neighbours are alike, k-means over the sample improves them, and every row joins its nearest cluster.
 * `clusterRows`: approximate rows per cluster.
 */
export function orderRows(collected: Collected, clusterRows: number, seed: number): RowOrder {
  const { rows, dimensions, memory, byId } = collected;
  if (dimensions === 0 || rows === 0)
    return { order: byId.slice(), mean: new Float32Array(0), sample: 0, sampled: 0 };
  const sample = readSample(collected);
  const { address, count } = sample;
  const levels = Math.min(
    MAX_LEVELS,
    Math.max(0, Math.floor(Math.log2(count / MIN_PER_LEAF))),
    Math.max(0, Math.ceil(Math.log2(rows / 32))),
  );
  const mean = meanOf(collected, sample);
  const tree = trainTree(collected, sample, levels, seed);
  const router = new Router(collected, tree, Math.max(1, Math.round((2 ** levels * clusterRows) / rows)));
  const labels = memory.reserve(4 * Math.max(count, ROUTING_BATCH));
  router.route(sample, labels);
  router.toClusters(labels, count);
  router.clusters.train(sample, labels);
  const { leaves, nearest } = assignRows(collected, router, labels);
  // By cluster, then by tree leaf, which keeps neighbours together, then by id.
  const byTree = sortedBy(leaves, 2 ** levels, byId);
  return {
    order: sortedBy(nearest, router.clusters.count, byTree),
    mean,
    sample: address,
    sampled: count,
  };
}

/** Leaf of the tree and nearest cluster of every row. */
function assignRows({ rows, dimensions, memory, spilled }: Collected, router: Router, labels: number) {
  const leaves = new Uint32Array(rows);
  const nearest = new Uint32Array(rows);
  const address = memory.reserve(ROUTING_BATCH * 4 * dimensions);
  const copyTo = (target: Uint32Array, from: number, count: number): void =>
    target.set(memory.words.subarray(labels / 4, labels / 4 + count), from);
  for (let from = 0; from < rows; from += ROUTING_BATCH) {
    const count = Math.min(ROUTING_BATCH, rows - from);
    spilled.readVectors(from, count, memory, address);
    router.route({ address, count }, labels);
    copyTo(leaves, from, count);
    router.toClusters(labels, count);
    router.clusters.assign({ address, count }, labels);
    copyTo(nearest, from, count);
  }
  return { leaves, nearest };
}

/** Assigns vectors to the leaves of a tree, and leaves to initial clusters. */
class Router {
  readonly clusters: Clusters;
  readonly #collected: Collected;
  readonly #tree: SplitTree;
  readonly #leavesPerCluster: number;

  /** Initial clusters are runs of the tree's leaves, so that cluster numbers follow the tree's order. */
  constructor(collected: Collected, tree: SplitTree, leavesPerCluster: number) {
    const { memory, kernels, dimensions } = collected;
    this.#collected = collected;
    this.#tree = tree;
    this.#leavesPerCluster = leavesPerCluster;
    this.clusters = new Clusters(memory, kernels, dimensions, Math.ceil(2 ** tree.levels / leavesPerCluster));
  }

  /** Writes each vector's leaf to `labels` (address of u32). */
  route({ address, count }: VectorTable, labels: number): void {
    const { kernels, dimensions } = this.#collected;
    const { directions, bounds, levels } = this.#tree;
    kernels.route(address, count, dimensions, directions, bounds, levels, labels);
  }

  /** Replaces `count` leaves by their initial clusters. */
  toClusters(labels: number, count: number): void {
    const { words } = this.#collected.memory;
    for (let index = labels / 4; index < labels / 4 + count; index++)
      words[index] = Math.floor(words[index]! / this.#leavesPerCluster);
  }
}

/** Copies the sampled vectors into the kernels' memory. */
function readSample(collected: Collected): VectorTable {
  const { dimensions, memory, spilled } = collected;
  const chosen = sampleRows(collected);
  const address = memory.reserve(chosen.length * 4 * dimensions);
  chosen.forEach((row, index) => {
    memory.bytes.set(spilled.read(row).vector, address + index * 4 * dimensions);
  });
  return { address, count: chosen.length };
}

function meanOf({ dimensions, memory, kernels }: Collected, { address, count }: VectorTable): Float32Array {
  const mean = memory.reserve(4 * dimensions);
  for (let index = 0; index < count; index++)
    kernels.addScaled(mean, address + index * 4 * dimensions, 1 / count, dimensions);
  return memory.floats.slice(mean / 4, mean / 4 + dimensions);
}

/** Samples the rows with the lowest id hashes, ordered by id, so that the reading order does not matter. */
function sampleRows({ rows, dimensions, byId, idHashes }: Collected): Uint32Array {
  const wanted = Math.min(MAX_SAMPLE, Math.floor(SAMPLE_BYTES / (4 * dimensions)));
  if (rows <= wanted) return byId.slice();
  const bound = Math.floor((wanted / rows) * 2 ** 32);
  return byId.filter((row) => idHashes[row]! < bound).slice(0, wanted);
}

/** Stable counting sort of rows by key. */
function sortedBy(keys: Uint32Array, keyCount: number, rows: Uint32Array): Uint32Array {
  const places = new Uint32Array(keyCount + 1);
  for (const key of keys) places[key + 1]! += 1;
  for (let key = 0; key < keyCount; key++) places[key + 1]! += places[key]!;
  const order = new Uint32Array(rows.length);
  for (const row of rows) order[places[keys[row]!]!++] = row;
  return order;
}
