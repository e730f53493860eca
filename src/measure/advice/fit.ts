/** A fitted linear function of the features of a collection, without negative coefficients. */
export type Coefficients = readonly number[];

const MAX_SWEEPS = 2_000;
/** The fit ends when a sweep changes no coefficient by more than this share of the largest one. */
const PRECISION = 1e-6;

/**
 * Features that latencies and sizes of indexes grow with: a constant, the logarithm of the rows (graphs), the rows, and
 * the numbers in all vectors (scans). Scaled to similar magnitudes.
 */
export const featuresOf = (rows: number, dimensions: number): readonly number[] => [
  1,
  Math.log(Math.max(2, rows)) / 10,
  rows / 1e5,
  (rows * dimensions) / 1e8,
];

/**
 * Weighted non-negative least squares: minimises the sum of (weight * (features * c - value))^2 by coordinate descent.
 * Coefficients that are not negative keep predictions beyond the measured range in order: a larger collection is never
 * predicted to be faster or smaller.
 * @param weights for example 1 / value, which minimises the relative error
 */
export function fitNonNegative(
  features: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
): Coefficients {
  const weighted = features.map((row, index) => row.map((feature) => feature * weights[index]!));
  const targets = values.map((value, index) => value * weights[index]!);
  const size = weighted[0]?.length ?? 0;
  const columns = Array.from({ length: size }, (_, column) => weighted.map((row) => row[column]!));
  const products = columns.map((one) => columns.map((other) => dot(one, other)));
  const aims = columns.map((column) => dot(column, targets));
  const coefficients = new Array<number>(size).fill(0);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let largestStep = 0;
    for (const [column, row] of products.entries()) {
      if (row[column] === 0) continue;
      const slope = aims[column]! - dot(row, coefficients);
      const next = Math.max(0, coefficients[column]! + slope / row[column]!);
      largestStep = Math.max(largestStep, Math.abs(next - coefficients[column]!));
      coefficients[column] = next;
    }
    if (largestStep <= PRECISION * Math.max(...coefficients)) break;
  }
  return coefficients;
}

export const evaluateAt = (coefficients: Coefficients, rows: number, dimensions: number): number =>
  dot(featuresOf(rows, dimensions), coefficients);

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
