import { describe, expect, it } from 'vitest';
import { Predictor } from '../../../../src/measure/advice/predictor.ts';
import { measurement } from '../../../support/measure/measurement.ts';

const SIZES = [
  [2_000, 384],
  [10_000, 384],
  [20_000, 768],
  [100_000, 384],
] as const;
/** A kind whose latency is 1 ms and 1 ms for each 10,000 rows. */
const measurements = SIZES.map(([rows, dimensions]) =>
  measurement({ kind: 'snapshot', rows, dimensions, p50Ms: 1 + rows / 10_000, recall: 1 - rows / 1e7 }),
);
const predictor = new Predictor(measurements);

describe('predictions from measurements', () => {
  it('returns the measurement of a collection of that size', () => {
    expect(predictor.predict('snapshot', { rows: 10_300, dimensions: 384 })).toMatchObject({
      p50Ms: 2,
      basis: 'measured',
    });
  });

  it('predicts sizes in between, and marks those beyond', () => {
    const between = predictor.predict('snapshot', { rows: 50_000, dimensions: 384 })!;
    expect(between.basis).toBe('modelled');
    expect(between.p50Ms).toBeCloseTo(6, 0);
    expect(between.recall).toBeCloseTo(0.995, 3);
    expect(predictor.predict('snapshot', { rows: 900_000, dimensions: 384 })!.basis).toBe('extrapolated');
    expect(predictor.predict('snapshot', { rows: 50_000, dimensions: 4_096 })!.basis).toBe('extrapolated');
  });

  it('predicts nothing from fewer than four sizes', () => {
    const few = new Predictor(measurements.slice(0, 3));
    expect(few.predict('snapshot', { rows: 50_000, dimensions: 384 })).toBeUndefined();
    expect(few.kinds({ rows: 50_000, dimensions: 384 })).toEqual([]);
    expect(few.kinds({ rows: 2_000, dimensions: 384 })).toEqual(['snapshot']);
  });

  it('averages repeated measurements of a size', () => {
    const twice = new Predictor([
      ...measurements,
      measurement({ kind: 'snapshot', rows: 10_000, dimensions: 384, p50Ms: 4 }),
    ]);
    expect(twice.predict('snapshot', { rows: 10_000, dimensions: 384 })!.p50Ms).toBe(3);
  });

  it('never predicts a p95 below the p50', () => {
    const odd = new Predictor(measurements.map((one) => ({ ...one, p95Ms: 0.5 })));
    const { p50Ms, p95Ms } = odd.predict('snapshot', { rows: 50_000, dimensions: 384 })!;
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
  });
});
