import { exactNeighbours, seededRandom } from '../../src/measure/index.ts';
import { ClusterModel, type ModelSettings } from './model.ts';
import { foundShare, OneBitEstimator } from './one-bit.ts';

/**
 * Target range of recall@10 if the 100 rows that 1-bit codes rank best are re-scored, as measured on
 * embeddings of arXiv abstracts.
 */
export const RECALL_RANGE = [0.97, 0.995] as const;
const AIM = [0.98, 0.99] as const;
export const RESCORED = 100;
export const TRUE_NEAREST = 10;
const SAMPLE_ROWS = 16_000;
const SAMPLE_QUERIES = 200;
const STEPS = 9;
/** Range of spreads to try. Lower ones are unrealistic, so the recall of small collections may exceed AIM. */
const SPREADS = [0.3, 2.5] as const;
const SAMPLE_SEED_OFFSET = 0x5a3c;

/**
 * Finds the spread at which 1-bit codes are as accurate as on real embeddings, by bisection. Measures only
 * a few clusters, at the size that they have in a collection of `rows` rows: the near neighbours of a query
 * are in its own cluster.
 */
export async function calibrate(
  base: Omit<ModelSettings, 'spread'>,
  rows: number,
  say: (text: string) => void,
): Promise<number> {
  let [low, high]: readonly [number, number] = SPREADS;
  let spread = 0.7;
  for (let step = 0; step < STEPS; step++) {
    const recall = await sampleRecall(new ClusterModel({ ...base, spread }), rows);
    say(`calibration: spread ${spread.toFixed(3)} yields recall@10 ${recall.toFixed(4)}`);
    if (recall >= AIM[0] && recall <= AIM[1]) break;
    if (recall < AIM[0]) low = spread;
    else high = spread;
    spread = (low + high) / 2;
  }
  return spread;
}

async function sampleRecall(model: ClusterModel, rows: number): Promise<number> {
  const { dimensions, seed } = model.settings;
  const random = seededRandom(seed + SAMPLE_SEED_OFFSET);
  const sampled: number[] = [];
  const topics: number[] = [];
  while (sampled.length < Math.min(rows, SAMPLE_ROWS)) {
    const topic = model.drawTopic(random);
    if (topics.includes(topic)) {
      if (topics.length === model.settings.clusters) break;
      continue;
    }
    topics.push(topic);
    const size = Math.max(1, Math.round(rows * model.shareOf(topic)));
    for (let row = 0; row < size; row++) sampled.push(topic);
  }
  const { vectors } = model.draw(sampled.length, random, next(sampled));
  // Draws clusters uniformly: they were already drawn by size, so drawing rows would favour large clusters
  // twice.
  const asked = Array.from({ length: SAMPLE_QUERIES }, () => topics[Math.floor(random() * topics.length)]!);
  const queries = model.draw(asked.length, random, next(asked)).vectors;
  const truth = await exactNeighbours({ dimensions, blocks: [vectors], queries, topK: TRUE_NEAREST });
  const estimator = new OneBitEstimator(
    meanVector(model.draw(1_000, random).vectors, dimensions),
    queries,
    RESCORED,
  );
  estimator.add(vectors, 0);
  return foundShare(estimator.nearest(), listsOf(truth.rows, truth.topK));
}

/** Converts a matrix with `width` columns to one list per row, each cut to `keep` values. */
export const listsOf = (rows: Int32Array, width: number, keep = width): readonly (readonly number[])[] =>
  Array.from({ length: rows.length / width }, (_, query) => [
    ...rows.subarray(query * width, query * width + keep),
  ]);

export function meanVector(vectors: Float32Array, dimensions: number): Float32Array {
  const mean = new Float32Array(dimensions);
  const share = dimensions / vectors.length;
  for (let at = 0; at < vectors.length; at++) mean[at % dimensions]! += share * vectors[at]!;
  return mean;
}

function next(topics: readonly number[]): () => number {
  let at = 0;
  return () => topics[at++]!;
}
