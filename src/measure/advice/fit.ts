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
  const scaled = features.map((row, index) => row.map((feature) => feature * weights[index]!));
  const size = scaled[0]?.length ?? 0;
  const coefficients = new Array<number>(size).fill(0);
  const squares = Array.from({ length: size }, (_, column) => sum(scaled.map((row) => row[column]! ** 2)));
  const residuals = values.map((value, index) => value * weights[index]!);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let largestStep = 0;
    for (let column = 0; column < size; column++) {
      if (squares[column] === 0) continue;
      const slope = sum(scaled.map((row, index) => row[column]! * residuals[index]!));
      const next = Math.max(0, coefficients[column]! + slope / squares[column]!);
      const step = next - coefficients[column]!;
      coefficients[column] = next;
      largestStep = Math.max(largestStep, Math.abs(step));
      for (const [index, row] of scaled.entries()) residuals[index]! -= step * row[column]!;
    }
    if (largestStep <= PRECISION * Math.max(...coefficients)) break;
  }
  return coefficients;
}

export const evaluateAt = (coefficients: Coefficients, rows: number, dimensions: number): number =>
  sum(featuresOf(rows, dimensions).map((feature, index) => feature * coefficients[index]!));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
