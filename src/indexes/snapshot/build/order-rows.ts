import type { Collected } from './collect.ts';
import { trainTree } from './split-tree.ts';

/** Bytes of sampled vectors that the tree is trained on. */
const SAMPLE_BYTES = 64 * 2 ** 20;
const MAX_SAMPLE = 32_768;
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

/** Puts rows that are alike next to each other: a balanced tree of splits over a sample, then every row down the tree. */
export function orderRows(collected: Collected, seed: number): RowOrder {
  const { rows, dimensions, memory, kernels, vectors, byId } = collected;
  if (dimensions === 0 || rows === 0)
    return { order: byId.slice(), mean: new Float32Array(0), sample: 0, sampled: 0 };
  const size = 4 * dimensions;
  const chosen = sampleRows(collected);
  const sample = memory.reserve(chosen.length * size);
  chosen.forEach((row, index) => {
    const at = sample + index * size;
    vectors.read(row * size, memory.bytes.subarray(at, at + size));
  });
  const mean = memory.reserve(size);
  for (let index = 0; index < chosen.length; index++)
    kernels.addScaled(mean, sample + index * size, 1 / chosen.length, dimensions);
  const levels = Math.min(
    MAX_LEVELS,
    Math.max(0, Math.floor(Math.log2(chosen.length / LEAST_PER_LEAF))),
    Math.max(0, Math.ceil(Math.log2(rows / 32))),
  );
  const tree = trainTree(
    memory,
    kernels,
    { address: sample, count: chosen.length },
    dimensions,
    levels,
    seed,
  );

  const leaves = new Uint32Array(rows);
  const batch = memory.reserve(ROUTED_AT_ONCE * size);
  const reached = memory.reserve(4 * ROUTED_AT_ONCE);
  for (let from = 0; from < rows; from += ROUTED_AT_ONCE) {
    const count = Math.min(ROUTED_AT_ONCE, rows - from);
    vectors.read(from * size, memory.bytes.subarray(batch, batch + count * size));
    kernels.route(batch, count, dimensions, tree.directions, tree.bounds, levels, reached);
    leaves.set(memory.words.subarray(reached / 4, reached / 4 + count), from);
  }
  return {
    order: byLeaf(leaves, 2 ** levels, byId),
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

/** Counting sort by leaf; rows of a leaf stay in the order of their ids. */
function byLeaf(leaves: Uint32Array, leafCount: number, byId: Uint32Array): Uint32Array {
  const places = new Uint32Array(leafCount + 1);
  for (const leaf of leaves) places[leaf + 1]! += 1;
  for (let leaf = 0; leaf < leafCount; leaf++) places[leaf + 1]! += places[leaf]!;
  const order = new Uint32Array(leaves.length);
  for (const row of byId) order[places[leaves[row]!]!++] = row;
  return order;
}
