import type { Measurement } from '../../../src/measure/index.ts';

/** A measurement with plausible figures. */
export const measurement = (given: Partial<Measurement>): Measurement => ({
  kind: 'snapshot',
  rows: 10_000,
  dimensions: 384,
  mode: 'vector',
  storage: 's3',
  p50Ms: 1,
  p95Ms: 2 * (given.p50Ms ?? 1),
  firstMs: 500,
  recall: 0.99,
  peakBytes: 110e6,
  sizeBytes: 8e6,
  buildMs: 3_000,
  warmReads: 0,
  coldReads: 4,
  source: 'test',
  ...given,
});
