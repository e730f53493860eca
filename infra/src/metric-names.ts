/**
 * Embedded metrics that functions write for every request, one list for dashboard, alarms and queries. A test holds it
 * against `src/api/observability/metrics.json`.
 */
export const METRICS = {
  namespace: 'srag',
  /** Every metric has all of these; `service` is the deployment. */
  dimensions: ['service', 'function', 'indexKind', 'mode'],
  total: 'TotalMs',
  firstToken: 'FirstTokenMs',
  init: 'InitMs',
  stages: ['EmbedMs', 'OpenMs', 'SearchMs', 'FetchMs', 'RerankMs', 'GenerateMs'],
  coldStarts: 'ColdStarts',
  throttles: 'Throttles',
  storageReads: 'StorageReads',
  storageWaves: 'StorageWaves',
  storageBytes: 'StorageBytes',
  inputTokens: 'InputTokens',
  outputTokens: 'OutputTokens',
  cacheHits: 'CacheHits',
  failedDocuments: 'FailedDocuments',
  cost: 'CostUsd',
  costParts: [
    'CostLambdaUsd',
    'CostGatewayUsd',
    'CostStateMachineUsd',
    'CostStorageUsd',
    'CostEmbeddingUsd',
    'CostGenerationUsd',
    'CostRerankUsd',
    'CostLogsUsd',
    'CostCacheUsd',
  ],
} as const;

/** Quoted: `function` and others are reserved words of Metrics Insights, and its list of them may grow. */
const SCHEMA = [METRICS.namespace, ...METRICS.dimensions].map((name) => `"${name}"`).join(', ');

/** Metrics Insights: one sum over all functions, kinds and modes of a deployment, which an alarm can watch. */
export const insightsSum = (metric: string, deployment: string): string =>
  `SELECT SUM("${metric}") FROM SCHEMA(${SCHEMA}) WHERE "service" = '${deployment}'`;

/**
 * A search: the metric of every function of a deployment, a line each; for dashboards alone. A widget may hold many
 * searches but only one query of Metrics Insights.
 */
export const search = (
  metric: string,
  statistic: string,
  deployment: string,
  periodSeconds: number,
): string =>
  `SEARCH('{${METRICS.namespace},${METRICS.dimensions.join(',')}} MetricName="${metric}" service="${deployment}"', '${statistic}', ${periodSeconds})`;
