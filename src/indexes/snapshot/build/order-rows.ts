import { Clusters } from './clusters.ts';
import type { Collected } from './collect.ts';
import { trainTree } from './split-tree.ts';

/** Bytes of sampled vectors that the tree is trained on. */
const SAMPLE_BYTES = 64 * 2 ** 20;
const MAX_SAMPLE = 49_152;
/** Sampled vectors of a tree's leaf at least. */
const LEAST_PER_LEAF = 8;
const MAX_LEVELS = 14;
/** Vectors sent down the tree at once. */
const ROUTED_AT_ONCE = 1_024;

/** Rows in the order of the index, with what was learnt from the sample. */
export interface RowOrder {
  /** `order[i]`: the row, as collected, that is row i of the index. */
  readonly order: Uint32Array;
  /** Mean of the sampled (rotated) vectors. */
  readonly mean: Float32Array;
  /** Address of the sample, `sampled` vectors one after the other. */
  readonly sample: number;
  readonly sampled: number;
}

/**
 * Puts rows that are alike next to each other: a balanced tree of splits over a sample gives clusters in an order in
 * which neighbours are alike, k-means over the sample improves them, and every row goes to the nearest cluster.
 * `clusterRows`: rows of a cluster, about.
 */
export function orderRows(collected: Collected, clusterRows: number, seed: number): RowOrder {
  const { rows, dimensions, memory, kernels, spilled, byId } = collected;
  if (dimensions === 0 || rows === 0)
    return { order: byId.slice(), mean: new Float32Array(0), sample: 0, sampled: 0 };
  const size = 4 * dimensions;
  const chosen = sampleRows(collected);
  const sample = memory.reserve(chosen.length * size);
  chosen.forEach((row, index) => {
    memory.bytes.set(spilled.read(row).vector, sample + index * size);
  });
  const mean = memory.reserve(size);
  for (let index = 0; index < chosen.length; index++)
    kernels.addScaled(mean, sample + index * size, 1 / chosen.length, dimensions);
  const table = { address: sample, count: chosen.length };
  const levels = Math.min(
    MAX_LEVELS,
    Math.max(0, Math.floor(Math.log2(chosen.length / LEAST_PER_LEAF))),
    Math.max(0, Math.ceil(Math.log2(rows / 32))),
  );
  const tree = trainTree(memory, kernels, table, dimensions, levels, seed);
  const send = (vectorsAt: number, count: number, reached: number): void =>
    kernels.route(vectorsAt, count, dimensions, tree.directions, tree.bounds, levels, reached);

  // Clusters begin as stretches of the tree's leaves, so that their numbers follow the tree's order.
  const perCluster = Math.max(1, Math.round((2 ** levels * clusterRows) / rows));
  const clusters = new Clusters(memory, kernels, dimensions, Math.ceil(2 ** levels / perCluster));
  const toClusters = (labels: number, count: number): void => {
    const { words } = memory;
    for (let index = labels / 4; index < labels / 4 + count; index++)
      words[index] = Math.floor(words[index]! / perCluster);
  };
  const labels = memory.reserve(4 * Math.max(chosen.length, ROUTED_AT_ONCE));
  send(sample, chosen.length, labels);
  toClusters(labels, chosen.length);
  clusters.train(table, labels);

  const leaves = new Uint32Array(rows);
  const nearest = new Uint32Array(rows);
  const batch = memory.reserve(ROUTED_AT_ONCE * size);
  for (let from = 0; from < rows; from += ROUTED_AT_ONCE) {
    const count = Math.min(ROUTED_AT_ONCE, rows - from);
    spilled.readVectors(from, count, memory, batch);
    send(batch, count, labels);
    leaves.set(memory.words.subarray(labels / 4, labels / 4 + count), from);
    toClusters(labels, count);
    clusters.assign({ address: batch, count }, labels);
    nearest.set(memory.words.subarray(labels / 4, labels / 4 + count), from);
  }
  // By cluster; within one by the tree, which keeps neighbours together; then by id.
  const byTree = sortedBy(leaves, 2 ** levels, byId);
  return {
    order: sortedBy(nearest, clusters.count, byTree),
    mean: memory.floats.slice(mean / 4, mean / 4 + dimensions),
    sample,
    sampled: chosen.length,
  };
}

/** Rows for the sample in the order of their ids: those whose ids hash low, so that order of reading does not matter. */
function sampleRows({ rows, dimensions, byId, idHashes }: Collected): Uint32Array {
  const wanted = Math.min(MAX_SAMPLE, Math.floor(SAMPLE_BYTES / (4 * dimensions)));
  if (rows <= wanted) return byId.slice();
  const bound = Math.floor((wanted / rows) * 2 ** 32);
  return byId.filter((row) => idHashes[row]! < bound).slice(0, wanted);
}

/** Counting sort of rows by their keys; those of one key stay in the order given. */
function sortedBy(keys: Uint32Array, keyCount: number, rows: Uint32Array): Uint32Array {
  const places = new Uint32Array(keyCount + 1);
  for (const key of keys) places[key + 1]! += 1;
  for (let key = 0; key < keyCount; key++) places[key + 1]! += places[key]!;
  const order = new Uint32Array(rows.length);
  for (const row of rows) order[places[keys[row]!]!++] = row;
  return order;
}
