import { type Metric, SragError, throwIfAborted } from '../../core/index.ts';

/** Number of rows that are compared with every query while they are in the processor's cache. */
const TILE_ROWS = 256;

/** Input of an exact search. */
export interface ExactSearch {
  readonly dimensions: number;
  /** Concatenated rows; the rows of all blocks are numbered consecutively from 0. */
  readonly blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>;
  /** Concatenated query vectors. */
  readonly queries: Float32Array;
  readonly topK: number;
  /** Metric; default `cosine`. Vectors need not be normalised. */
  readonly metric?: Metric;
  readonly onProgress?: (rowsDone: number) => void;
  readonly signal?: AbortSignal;
}

/** Exact neighbours, best first; ties are broken by lower row. Query `q` begins at index `q * topK`. */
export interface ExactNeighbours {
  /** Neighbours per query: the requested number, or the number of rows if that is smaller. */
  readonly topK: number;
  readonly rows: Int32Array;
  /** Similarities in the search's metric; higher is closer. */
  readonly scores: Float32Array;
}

/**
 * Finds the exact nearest rows by cosine or inner product, by brute force. Holds one block in memory.
 * @throws DIMENSION_MISMATCH unless blocks and queries are whole vectors; INVALID_ARGUMENT, CANCELLED
 */
export async function exactNeighbours(search: ExactSearch): Promise<ExactNeighbours> {
  const { dimensions, queries, topK } = search;
  if (!Number.isInteger(topK) || topK < 1) {
    throw new SragError('INVALID_ARGUMENT', `topK is ${topK}; it must be an integer >= 1.`);
  }
  const queryCount = countVectors(queries, dimensions, 'queries');
  const scalesOf = search.metric === 'dot' ? ones : inverseLengths;
  const scales = scalesOf(queries, dimensions);
  const searched = Array.from({ length: queryCount }, (_, query): Query => {
    const vector = queries.subarray(query * dimensions, (query + 1) * dimensions);
    return { vector, scale: scales[query]!, nearest: new NearestRows(topK) };
  });
  let rowsDone = 0;
  for await (const block of search.blocks) {
    throwIfAborted(search.signal);
    const count = countVectors(block, dimensions, 'block of rows');
    const rows: Rows = { vectors: block, scales: scalesOf(block, dimensions), firstRow: rowsDone };
    for (let tile = 0; tile < count; tile += TILE_ROWS) {
      const end = Math.min(count, tile + TILE_ROWS);
      for (const query of searched) offerRows(query, rows, tile, end);
    }
    rowsDone += count;
    search.onProgress?.(rowsDone);
  }
  return collect(
    searched.map(({ nearest }) => nearest),
    Math.min(topK, rowsDone),
  );
}

/** A query vector with the factor by which its products are scaled. */
interface Query {
  readonly vector: Float32Array;
  readonly scale: number;
  readonly nearest: NearestRows;
}

/** A block of rows with their factors, and the number of its first row. */
interface Rows {
  readonly vectors: Float32Array;
  readonly scales: Float64Array;
  readonly firstRow: number;
}

/** Processes four rows at a time, because the processor can compute their sums in parallel. */
function offerRows(
  { vector, scale, nearest }: Query,
  { vectors, scales, firstRow }: Rows,
  from: number,
  to: number,
): void {
  const dimensions = vector.length;
  let row = from;
  for (; row + 4 <= to; row += 4) {
    const at0 = row * dimensions;
    const at1 = at0 + dimensions;
    const at2 = at1 + dimensions;
    const at3 = at2 + dimensions;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let at = 0; at < dimensions; at++) {
      const value = vector[at]!;
      sum0 += value * vectors[at0 + at]!;
      sum1 += value * vectors[at1 + at]!;
      sum2 += value * vectors[at2 + at]!;
      sum3 += value * vectors[at3 + at]!;
    }
    nearest.offer(firstRow + row, sum0 * scale * scales[row]!);
    nearest.offer(firstRow + row + 1, sum1 * scale * scales[row + 1]!);
    nearest.offer(firstRow + row + 2, sum2 * scale * scales[row + 2]!);
    nearest.offer(firstRow + row + 3, sum3 * scale * scales[row + 3]!);
  }
  for (; row < to; row++) {
    let sum = 0;
    for (let index = 0; index < dimensions; index++)
      sum += vector[index]! * vectors[row * dimensions + index]!;
    nearest.offer(firstRow + row, sum * scale * scales[row]!);
  }
}

/** The best rows of one query, sorted, so that one comparison with the last row rejects most rows. */
class NearestRows {
  readonly rows: number[] = [];
  readonly scores: number[] = [];
  readonly #limit: number;
  #worst = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Rows arrive in ascending order, so a row never precedes an earlier one with the same score. */
  offer(row: number, score: number): void {
    if (!(score > this.#worst)) return;
    let low = 0;
    let high = this.scores.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.scores[middle]! >= score) low = middle + 1;
      else high = middle;
    }
    this.rows.splice(low, 0, row);
    this.scores.splice(low, 0, score);
    if (this.scores.length > this.#limit) {
      this.rows.pop();
      this.scores.pop();
    }
    if (this.scores.length === this.#limit) this.#worst = this.scores[this.#limit - 1]!;
  }
}

function collect(heaps: readonly NearestRows[], topK: number): ExactNeighbours {
  const rows = new Int32Array(heaps.length * topK);
  const scores = new Float32Array(heaps.length * topK);
  heaps.forEach((heap, query) => {
    rows.set(heap.rows, query * topK);
    scores.set(heap.scores, query * topK);
  });
  return { topK, rows, scores };
}

const ones = (vectors: Float32Array, dimensions: number): Float64Array =>
  new Float64Array(vectors.length / dimensions).fill(1);

function inverseLengths(vectors: Float32Array, dimensions: number): Float64Array {
  const scales = new Float64Array(vectors.length / dimensions);
  for (let row = 0; row < scales.length; row++) {
    let sum = 0;
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) sum += vectors[at]! * vectors[at]!;
    scales[row] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  return scales;
}

function countVectors(vectors: Float32Array, dimensions: number, what: string): number {
  const count = vectors.length / dimensions;
  if (Number.isInteger(dimensions) && dimensions > 0 && Number.isInteger(count)) return count;
  throw new SragError(
    'DIMENSION_MISMATCH',
    `The ${what} contain ${vectors.length} numbers, which is not a multiple of ${dimensions}.`,
    {
      fields: { expected: dimensions, actual: vectors.length },
    },
  );
}
