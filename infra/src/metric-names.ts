/**
 * Names of the embedded metrics that functions write for every request, used by dashboard, alarms and
 * queries. A test compares them with `src/api/observability/metrics.json`.
 */
export const METRICS = {
  namespace: 'srag',
  /** Dimensions of every metric; `service` is the deployment. */
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

/** All names are quoted: some, such as `function`, are reserved words of Metrics Insights. */
const SCHEMA = [METRICS.namespace, ...METRICS.dimensions].map((name) => `"${name}"`).join(', ');

/**
 * A Metrics Insights query that sums a metric over all functions, kinds and modes of a deployment. An alarm
 * can use it.
 */
export const insightsSum = (metric: string, deployment: string): string =>
  `SELECT SUM("${metric}") FROM SCHEMA(${SCHEMA}) WHERE "service" = '${deployment}'`;

/**
 * A search with one line per function of a deployment, for dashboards only. A widget may contain many
 * searches but only one Metrics Insights query.
 */
export const search = (
  metric: string,
  statistic: string,
  deployment: string,
  periodSeconds: number,
): string =>
  `SEARCH('{${METRICS.namespace},${METRICS.dimensions.join(',')}} MetricName="${metric}" service="${deployment}"', '${statistic}', ${periodSeconds})`;
