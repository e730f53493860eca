/**
 * Embedded metrics that functions write, one list for dashboard, alarms and queries. A test holds it against what the
 * functions write.
 */
export const METRICS = {
  namespace: 'srag',
  /** The dimension that names the deployment. */
  dimension: 'deployment',
  totalMs: 'totalMs',
  firstTokenMs: 'firstTokenMs',
  stages: ['embedMs', 'openMs', 'searchMs', 'fetchMs', 'rerankMs', 'generateMs'],
  coldStarts: 'coldStart',
  storageReads: 'storageReads',
  storageWaves: 'storageWaves',
  storageBytes: 'storageBytes',
  inputTokens: 'inputTokens',
  outputTokens: 'outputTokens',
  cacheHits: 'cacheHit',
  costUsd: 'costUsd',
} as const;
