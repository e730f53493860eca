import { studentQuantile } from './distributions.ts';

/** Sum over one block of requests. */
export interface ClusterSum {
  count: number;
  total: number;
}

/** A mean over all values with its interval. */
export interface ClusterMean {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Number of values. */
  readonly n: number;
  /** Number of blocks. Their differences determine the interval; that of a single block is unbounded. */
  readonly clusters: number;
}

/**
 * Mean of values that are correlated within blocks, from the sums of the blocks alone: ratio estimator with Student's t
 * over the blocks (Cochran, Sampling Techniques, 1977, 6.5). Undefined if there are no values.
 */
export function clusterMean(sums: readonly ClusterSum[], level = 0.95): ClusterMean | undefined {
  const filled = sums.filter(({ count }) => count > 0);
  const n = filled.reduce((sum, { count }) => sum + count, 0);
  if (n === 0) return undefined;
  const clusters = filled.length;
  const estimate = filled.reduce((sum, { total }) => sum + total, 0) / n;
  const squares = filled.reduce((sum, { count, total }) => sum + (total - estimate * count) ** 2, 0);
  const half =
    clusters < 2
      ? Number.POSITIVE_INFINITY
      : (studentQuantile((1 + level) / 2, clusters - 1) * Math.sqrt((squares * clusters) / (clusters - 1))) /
        n;
  return { estimate, low: estimate - half, high: estimate + half, n, clusters };
}
