import { dotProduct } from '../../src/core/index.ts';
import { seededRandom } from '../../src/measure/index.ts';
import { type Rotation, seededRotation } from './rotation.ts';

/** Seed of the codes' rotation; differs from all seeds that generate the data. */
const CODE_SEED = 0x5eed_c0de;

/**
 * The estimator of RaBitQ (arXiv 2405.12497) at 1 bit. After subtracting `centre` and rotating, a row r is
 * represented by its signs and one factor; q . x is estimated as q . centre + |r|^2 / sum |r_i| * sum sign_i
 * q_i.
 */
export class OneBitEstimator {
  readonly #centre: Float32Array;
  readonly #rotate: Rotation;
  readonly #queries: Float32Array;
  readonly #offsets: Float64Array;
  readonly #nearest: BestRows[];

  /** Keeps the best `depth` rows of each query by estimated score. */
  constructor(centre: Float32Array, queries: Float32Array, depth: number) {
    const dimensions = centre.length;
    this.#centre = centre;
    this.#rotate = seededRotation(dimensions, seededRandom(CODE_SEED));
    this.#queries = queries.slice();
    const count = queries.length / dimensions;
    this.#offsets = new Float64Array(count);
    this.#nearest = Array.from({ length: count }, () => new BestRows(depth));
    for (let query = 0; query < count; query++) {
      const at = query * dimensions;
      this.#offsets[query] = dotProduct(queries.subarray(at, at + dimensions), centre);
      this.#rotate(this.#queries, at);
    }
  }

  /** Adds rows; the first one has the number `firstRow`. */
  add(rows: Float32Array, firstRow: number): void {
    const dimensions = this.#centre.length;
    const signs = new Float32Array(dimensions);
    for (let row = 0; row < rows.length / dimensions; row++) {
      const residual = rows.slice(row * dimensions, (row + 1) * dimensions);
      for (let index = 0; index < dimensions; index++) residual[index]! -= this.#centre[index]!;
      this.#rotate(residual, 0);
      let [squares, lengths] = [0, 0];
      for (let index = 0; index < dimensions; index++) {
        const value = residual[index]!;
        squares += value * value;
        lengths += Math.abs(value);
        signs[index] = value < 0 ? -1 : 1;
      }
      const factor = lengths > 0 ? squares / lengths : 0;
      for (let query = 0; query < this.#nearest.length; query++) {
        const estimate = this.#offsets[query]! + factor * signedSum(this.#queries, query * dimensions, signs);
        this.#nearest[query]!.offer(firstRow + row, estimate);
      }
    }
  }

  /** Rows by query, unordered. */
  nearest(): readonly (readonly number[])[] {
    return this.#nearest.map((best) => best.take());
  }
}

/** Mean share of the true nearest neighbours among those found: the recall after re-scoring them. */
export function foundShare(
  found: readonly (readonly number[])[],
  truth: readonly (readonly number[])[],
): number {
  const shares = truth.map((nearest, query) => {
    const rows = new Set(found[query]);
    return nearest.filter((row) => rows.has(row)).length / nearest.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function signedSum(queries: Float32Array, at: number, signs: Float32Array): number {
  let [even, odd] = [0, 0];
  let index = 0;
  for (; index + 1 < signs.length; index += 2) {
    even += queries[at + index]! * signs[index]!;
    odd += queries[at + index + 1]! * signs[index + 1]!;
  }
  return index < signs.length ? even + odd + queries[at + index]! * signs[index]! : even + odd;
}

class BestRows {
  #rows: number[] = [];
  #scores: number[] = [];
  #worst = Number.NEGATIVE_INFINITY;
  readonly #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Collects up to twice `depth` rows, then drops the half with the lower scores. */
  offer(row: number, score: number): void {
    if (score <= this.#worst) return;
    this.#rows.push(row);
    this.#scores.push(score);
    if (this.#rows.length >= 2 * this.#depth) this.#cut();
  }

  take(): readonly number[] {
    if (this.#rows.length > this.#depth) this.#cut();
    return this.#rows;
  }

  #cut(): void {
    const order = this.#rows.map((_, index) => index).sort((a, b) => this.#scores[b]! - this.#scores[a]!);
    const kept = order.slice(0, this.#depth);
    this.#worst = this.#scores[kept.at(-1)!]!;
    this.#rows = kept.map((index) => this.#rows[index]!);
    this.#scores = kept.map((index) => this.#scores[index]!);
  }
}
