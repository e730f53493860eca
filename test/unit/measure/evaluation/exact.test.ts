import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNeighbours, gaussian, indexRecall, seededRandom } from '../../../../src/measure/index.ts';

const DIMENSIONS = 7;
const randomVectors = (count: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count * DIMENSIONS }, () => gaussian(random));
};

function naive(rows: Float32Array, query: Float32Array, topK: number): number[] {
  const length = (vector: Float32Array) => Math.hypot(...vector);
  const scores = Array.from({ length: rows.length / DIMENSIONS }, (_, row) => {
    const vector = rows.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
    const dot = vector.reduce((sum, value, index) => sum + value * query[index]!, 0);
    return { row, score: dot / length(vector) / length(query) };
  });
  return scores
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, topK)
    .map(({ row }) => row);
}

describe('exactNeighbours', () => {
  it('returns the same rows as a full sort, however the rows are split into blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        async (count, size, seed) => {
          const rows = randomVectors(count, seed);
          const queries = randomVectors(3, seed + 1);
          const blocks = Array.from({ length: Math.ceil(count / size) }, (_, block) =>
            rows.subarray(block * size * DIMENSIONS, (block + 1) * size * DIMENSIONS),
          );
          const found = await exactNeighbours({ dimensions: DIMENSIONS, blocks, queries, topK: 10 });
          expect(found.topK).toBe(Math.min(10, count));
          for (let query = 0; query < 3; query++) {
            const mine = [...found.rows.subarray(query * found.topK, (query + 1) * found.topK)];
            const vector = queries.subarray(query * DIMENSIONS, (query + 1) * DIMENSIONS);
            expect(mine).toEqual(naive(rows, vector, 10));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('returns cosine scores and breaks ties by the lower row', async () => {
    const rows = Float32Array.from([1, 0, 2, 0, 0, 3, 5, 0]);
    const found = await exactNeighbours({
      dimensions: 2,
      blocks: [rows],
      queries: Float32Array.from([4, 0]),
      topK: 4,
    });
    expect([...found.rows]).toEqual([0, 1, 3, 2]);
    expect([...found.scores]).toEqual([1, 1, 1, 0]);
  });

  it('refuses vectors with a wrong number of dimensions, and stops when cancelled', async () => {
    const search = { dimensions: 2, queries: Float32Array.from([1, 0]), topK: 1 };
    await expect(exactNeighbours({ ...search, blocks: [new Float32Array(3)] })).rejects.toMatchObject({
      code: 'DIMENSION_MISMATCH',
    });
    await expect(
      exactNeighbours({ ...search, blocks: [new Float32Array(2)], signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(exactNeighbours({ ...search, topK: 0, blocks: [] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('indexRecall', () => {
  const scores = [0.9, 0.8, 0.7, 0.7, 0.1];
  const exactScore = (row: number) => scores[row]!;

  it('is the share of the exact nearest neighbours that are among the first hits', () => {
    expect(indexRecall({ hits: [0, 4, 1], truth: [0, 1, 2], topK: 3, exactScore })).toBeCloseTo(2 / 3, 12);
    expect(indexRecall({ hits: [4, 4, 0, 1, 2], truth: [0, 1, 2], topK: 3, exactScore })).toBeCloseTo(
      1 / 3,
      12,
    );
  });

  it('counts a hit that ties with the last exact neighbour, and counts each hit once', () => {
    expect(indexRecall({ hits: [0, 1, 3], truth: [0, 1, 2], topK: 3, exactScore })).toBe(1);
    expect(indexRecall({ hits: [0, 0, 0], truth: [0, 1, 2], topK: 3, exactScore })).toBeCloseTo(1 / 3, 12);
  });

  it('scales the tie tolerance with the scores', () => {
    const tiny = (row: number): number => 1e-8 * exactScore(row);
    expect(indexRecall({ hits: [0, 1, 4], truth: [0, 1, 2], topK: 3, exactScore: tiny })).toBeCloseTo(
      2 / 3,
      12,
    );
    expect(indexRecall({ hits: [0, 1, 3], truth: [0, 1, 2], topK: 3, exactScore: tiny })).toBe(1);
  });

  it('uses all rows if the corpus is smaller than topK', () => {
    expect(indexRecall({ hits: [1, 0], truth: [0, 1], topK: 10, exactScore })).toBe(1);
    expect(() => indexRecall({ hits: [], truth: [], topK: 10, exactScore })).toThrow('empty');
  });
});
