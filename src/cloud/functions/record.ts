import { problemOf } from '../../api/http/index.ts';
import type { RequestRecord } from '../../api/observability/index.ts';
import type { ServedRecord } from '../../api/service/index.ts';
import { type FunctionSettings, functionName } from './environment.ts';

/** Converts a served request to its record for logs and metrics. */
export function recordOf(record: ServedRecord, settings: FunctionSettings): RequestRecord {
  const { context, trace, use, cost, mode, error, text, hits } = record;
  const { requestId, traceId, route } = context;
  return {
    function: functionName(settings),
    requestId,
    traceHeader: traceId,
    route,
    status: error === undefined ? 200 : problemOf(error, requestId).status,
    coldStart: trace.coldStart,
    initMs: trace.initMs,
    index: trace.index,
    mode,
    stages: trace.stages,
    totalMs: trace.totalMs,
    storage: trace.storage,
    tokens: {
      embedding: use.embedding?.tokens,
      input: use.generation?.inputTokens,
      output: use.generation?.outputTokens,
    },
    cached: use.cache === undefined ? undefined : trace.cached,
    hits,
    cost,
    error,
    text,
  };
}
