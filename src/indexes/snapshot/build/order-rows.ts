import { Clusters } from './clusters.ts';
import type { Collected } from './collect.ts';
import { trainTree } from './split-tree.ts';

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
    Math.max(0, Math.floor(Math.log2(chosen.length / MIN_PER_LEAF))),
    Math.max(0, Math.ceil(Math.log2(rows / 32))),
  );
  const tree = trainTree(memory, kernels, table, dimensions, levels, seed);
  const send = (vectorsAt: number, count: number, reached: number): void =>
    kernels.route(vectorsAt, count, dimensions, tree.directions, tree.bounds, levels, reached);

  // Initial clusters are runs of the tree's leaves, so that cluster numbers follow the tree's order.
  const perCluster = Math.max(1, Math.round((2 ** levels * clusterRows) / rows));
  const clusters = new Clusters(memory, kernels, dimensions, Math.ceil(2 ** levels / perCluster));
  const toClusters = (labels: number, count: number): void => {
    const { words } = memory;
    for (let index = labels / 4; index < labels / 4 + count; index++)
      words[index] = Math.floor(words[index]! / perCluster);
  };
  const labels = memory.reserve(4 * Math.max(chosen.length, ROUTING_BATCH));
  send(sample, chosen.length, labels);
  toClusters(labels, chosen.length);
  clusters.train(table, labels);

  const leaves = new Uint32Array(rows);
  const nearest = new Uint32Array(rows);
  const batch = memory.reserve(ROUTING_BATCH * size);
  for (let from = 0; from < rows; from += ROUTING_BATCH) {
    const count = Math.min(ROUTING_BATCH, rows - from);
    spilled.readVectors(from, count, memory, batch);
    send(batch, count, labels);
    leaves.set(memory.words.subarray(labels / 4, labels / 4 + count), from);
    toClusters(labels, count);
    clusters.assign({ address: batch, count }, labels);
    nearest.set(memory.words.subarray(labels / 4, labels / 4 + count), from);
  }
  // By cluster, then by tree leaf, which keeps neighbours together, then by id.
  const byTree = sortedBy(leaves, 2 ** levels, byId);
  return {
    order: sortedBy(nearest, clusters.count, byTree),
    mean: memory.floats.slice(mean / 4, mean / 4 + dimensions),
    sample,
    sampled: chosen.length,
  };
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
