import { dotProduct } from '../../src/core/index.ts';
import { exactNeighbours, indexRecall } from '../../src/measure/index.ts';
import type { VectorFolder } from '../../src/models/embedders/index.ts';

const BLOCK_ROWS = 4_096;

/**
 * Returns a function that compares hits (document ids by query) with exact search and returns the recall of
 * each query, ties included. Uses the folder's ground truth if there is one, otherwise computes one.
 */
export async function recallJudge(
  vectors: VectorFolder,
  documentIds: readonly string[],
  queryVectors: Float32Array,
  queries: number,
  topK: number,
  say: (text: string) => void,
): Promise<(hits: readonly (readonly string[])[]) => Promise<number[]>> {
  const rowOf = new Map(documentIds.map((id, row) => [id, row]));
  const { dimensions } = vectors;
  const asked = queryVectors.subarray(0, queries * dimensions);
  const truth = (await vectors.groundTruth()) ?? (await computeTruth(vectors, asked, topK, say));
  return async (hits) => {
    const recalls: number[] = [];
    for (const [query, ids] of hits.entries()) {
      const rows = ids.map((id) => rowOf.get(id) ?? -1);
      const nearest = [...truth.rows.subarray(query * truth.k, query * truth.k + topK)];
      const vector = asked.subarray(query * dimensions, (query + 1) * dimensions);
      const scores = new Map<number, number>();
      for (const row of new Set([...rows, ...nearest.slice(-1)])) {
        if (row >= 0) scores.set(row, dotProduct(vector, await vectors.corpusRows(row, row + 1)));
      }
      const exactScore = (row: number): number => scores.get(row) ?? Number.NEGATIVE_INFINITY;
      recalls.push(indexRecall({ hits: rows, truth: nearest, topK, exactScore }));
    }
    return recalls;
  };
}

async function computeTruth(
  vectors: VectorFolder,
  queries: Float32Array,
  topK: number,
  say: (text: string) => void,
): Promise<{ k: number; rows: Int32Array }> {
  say('computing the exact neighbours');
  async function* blocks(): AsyncIterable<Float32Array> {
    for (let from = 0; from < vectors.rows; from += BLOCK_ROWS) {
      yield await vectors.corpusRows(from, Math.min(vectors.rows, from + BLOCK_ROWS));
    }
  }
  const found = await exactNeighbours({ dimensions: vectors.dimensions, blocks: blocks(), queries, topK });
  return { k: found.topK, rows: found.rows };
}
