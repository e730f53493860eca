import type { Collection, Prediction } from './predictor.ts';

/**
 * S3 Vectors cannot be measured on this machine. AWS states about 100 ms for frequent queries, less than a second for
 * infrequent ones, and an average recall above 90 %. p95, first answer and memory are assumed from these and from the
 * other server kinds (docs/decisions/2026-11-30-advice.md).
 */
export const publishedS3Vectors = ({ rows, dimensions }: Collection): Prediction => ({
  kind: 's3-vectors',
  p50Ms: 100,
  p95Ms: 1_000,
  firstMs: 1_400,
  recall: 0.9,
  peakBytes: 120e6,
  sizeBytes: rows * (4 * dimensions + 500),
  // 2,500 vectors per second and index.
  buildMs: (rows / 2_500) * 1_000,
  warmReads: undefined,
  coldReads: undefined,
  basis: 'published',
});
