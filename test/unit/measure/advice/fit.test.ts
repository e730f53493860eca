import { describe, expect, it } from 'vitest';
import { evaluateAt, featuresOf, fitNonNegative } from '../../../../src/measure/advice/fit.ts';
import { seededRandom } from '../../../../src/measure/index.ts';

const SIZES = [
  [2_000, 384],
  [10_000, 128],
  [20_000, 768],
  [60_000, 128],
  [100_000, 384],
] as const;
const features = SIZES.map(([rows, dimensions]) => featuresOf(rows, dimensions));
const valuesOf = (f: (rows: number, dimensions: number) => number) =>
  SIZES.map(([rows, dimensions]) => f(rows, dimensions));

describe('the fit of a figure to the size of a collection', () => {
  it('finds the coefficients of values that follow the model', () => {
    const truth = [3, 2, 0, 40];
    const values = valuesOf((rows, dimensions) => evaluateAt(truth, rows, dimensions));
    const found = fitNonNegative(
      features,
      values,
      values.map((value) => 1 / value),
    );
    for (const [rows, dimensions] of [...SIZES, [500_000, 1_024]] as const)
      expect(evaluateAt(found, rows, dimensions) / evaluateAt(truth, rows, dimensions)).toBeCloseTo(1, 2);
  });

  it('has no negative coefficient, so that a larger collection is never predicted to be smaller or faster', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const values = valuesOf(() => 1 + 100 * random());
      const found = fitNonNegative(
        features,
        values,
        values.map((value) => 1 / value),
      );
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
      expect(evaluateAt(found, 200_000, 384)).toBeGreaterThanOrEqual(evaluateAt(found, 100_000, 384));
    }
  });

  it('leaves no direction in which the error would shrink', () => {
    const random = seededRandom(7);
    const values = valuesOf((rows, dimensions) => (1 + (rows * dimensions) / 1e6) * (0.9 + 0.2 * random()));
    const errorOf = (coefficients: readonly number[]) =>
      SIZES.reduce(
        (sum, [rows, dimensions], index) =>
          sum + (evaluateAt(coefficients, rows, dimensions) / values[index]! - 1) ** 2,
        0,
      );
    const found = fitNonNegative(
      features,
      values,
      values.map((value) => 1 / value),
    );
    for (const column of found.keys())
      for (const step of [-1e-3, 1e-3]) {
        const moved = found.map((value, index) => (index === column ? Math.max(0, value + step) : value));
        expect(errorOf(moved)).toBeGreaterThanOrEqual(errorOf(found) - 1e-9);
      }
  });
});
