import { usdByKind } from '../cost/index.ts';
import { METRIC_DEFINITIONS, METRIC_NAMES, type MetricName } from './metric-names.ts';
import type { RequestRecord } from './record.ts';

/** The values of a record by metric, without absent, non-finite and negative ones. */
export function metricValues(record: RequestRecord): ReadonlyMap<MetricName, number> {
  const { stages, storage, tokens, cost, status } = record;
  const byKind: Readonly<Record<string, number | undefined>> = cost === undefined ? {} : usdByKind(cost);
  const isThrottle = status === 429;
  const values: Partial<Record<MetricName, number | undefined>> = {
    TotalMs: record.totalMs,
    EmbedMs: stages.embedMs,
    OpenMs: stages.openMs,
    SearchMs: stages.searchMs,
    FetchMs: stages.fetchMs,
    RerankMs: stages.rerankMs,
    GenerateMs: stages.generateMs,
    FirstTokenMs: stages.firstTokenMs,
    InitMs: record.initMs,
    ColdStarts: Number(record.coldStart),
    ClientErrors: Number(status >= 400 && status < 500 && !isThrottle),
    ServerErrors: Number(status >= 500),
    Throttles: Number(isThrottle),
    CacheHits: record.cached === undefined ? undefined : Number(record.cached),
    Hits: record.hits,
    FailedDocuments: record.failedDocuments,
    StorageReads: storage?.reads,
    StorageBytes: storage?.bytes,
    StorageWaves: storage?.waves,
    StorageCacheHits: storage?.cacheHits,
    EmbeddingTokens: tokens?.embedding,
    InputTokens: tokens?.input,
    OutputTokens: tokens?.output,
    CostUsd: cost?.totalUsd,
  };
  const found = new Map<MetricName, number>();
  for (const name of METRIC_NAMES) {
    const { kind } = METRIC_DEFINITIONS[name];
    const value = kind === undefined ? values[name] : byKind[kind];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) found.set(name, rounded(value));
  }
  return found;
}

/** Rounds to six significant digits to save log bytes. Clocks and prices are less precise. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));
