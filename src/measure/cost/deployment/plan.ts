import {
  type FunctionUse,
  type MonthPlan,
  PLATFORM_LOG_BYTES,
  type RequestUse,
  runLogBytes,
} from '../../../api/cost/index.ts';
import type { CostAssumptions } from './assumptions.ts';
import { gatewayUse, monthlyUse, protectionUse } from './monthly-use.ts';

/** Number of passages in a re-ranking request; the request is billed as one query. */
const RERANKED = 50;
/** Number of metrics that a retrieval writes, whether warm or cold, by the setting `metrics`. */
export const RETRIEVAL_METRICS = { all: 18, essential: 6, none: 0 } as const;
/** Number of functions of a route that write their own metrics. */
const RECORDERS = { retrieve: 1, query: 3 } as const;
const SMALL_MB = 512;
/** Milliseconds that the baseline function and the state machine each take beyond the time of the steps. */
const OVERHEAD_MS = 30;
/**
 * Billed read and write units of a cached answer: DynamoDB bills up to 4 KB for each read and write; S3 bills
 * requests.
 */
const CACHE_UNITS = { none: [0, 0], dynamodb: [0.5, 4], s3: [1, 1] } as const;
const CACHED_MS = 15;

/** The monthly usage that the assumptions describe. */
export function planOf(a: CostAssumptions): MonthPlan {
  const isCached = a.cacheHitRate > 0;
  return {
    requestsPerMonth: a.requests,
    cacheHitRate: a.cacheHitRate,
    coldShare: a.coldShare,
    warm: requestUse(a, false),
    cold: requestUse(a, true),
    cached: isCached ? cachedUse(a) : undefined,
    atRest: { storageBytes: a.storedGb * 2 ** 30 },
    warmup:
      a.warmupMinutes > 0 && !a.onlyFunctions
        ? { everyMinutes: a.warmupMinutes, use: warmupUse(a) }
        : undefined,
    provisioned:
      a.provisioned > 0
        ? {
            name: 'retrieve',
            memoryMb: a.memoryMb,
            architecture: a.architecture,
            concurrency: a.provisioned,
          }
        : undefined,
    used: protectionUse(a),
    fixed: [
      {
        price: 'cloudwatch.custom-metric',
        quantity: RETRIEVAL_METRICS[a.metrics] * RECORDERS[a.route],
      },
      ...monthlyUse(a),
    ],
  };
}

const isModel = (name: string): boolean => name !== 'none' && name !== 'extractive';

function requestUse(a: CostAssumptions, isCold: boolean): RequestUse {
  const waitMs = isModel(a.embedding) ? a.embeddingMs : 0;
  const retrieve: FunctionUse = {
    name: 'retrieve',
    memoryMb: a.memoryMb,
    architecture: a.architecture,
    durationMs: (isCold ? a.coldMs : a.warmMs) + waitMs,
    initMs: isCold ? a.initMs : undefined,
    isProvisioned: a.provisioned > 0,
  };
  const [reads, writes] = CACHE_UNITS[a.cache];
  const around = gatewayUse(a);
  const shared: RequestUse = {
    ...around,
    functions: [...(around.functions ?? []), retrieve],
    gateway: { kind: a.gateway, requests: 1, bytesOut: a.answerBytes },
    storage: isCold ? { reads: a.coldReads, writes: 0, bytes: 0 } : undefined,
    embedding: isModel(a.embedding) ? { model: a.embedding, tokens: a.embeddingTokens } : undefined,
    rerank: isModel(a.rerank) ? { model: a.rerank, documents: RERANKED } : undefined,
    logs: { bytes: runLogBytes(a.metrics) * RECORDERS[a.route] + (around.logs?.bytes ?? 0) },
    cache: a.cache === 'none' ? undefined : { kind: a.cache, reads, writes },
  };
  if (a.route === 'retrieve') return shared;
  const small = { memoryMb: SMALL_MB, architecture: a.architecture };
  const machineMs = retrieve.durationMs + (retrieve.initMs ?? 0) + a.generateMs + 2 * OVERHEAD_MS;
  return {
    ...shared,
    functions: [
      { ...small, name: 'baseline', durationMs: machineMs + OVERHEAD_MS },
      ...(shared.functions ?? []),
      { ...small, name: 'generate', durationMs: a.generateMs },
    ],
    stateMachine: { kind: 'express', durationMs: machineMs, memoryMb: 64 },
    generation: isModel(a.generation)
      ? { model: a.generation, inputTokens: a.inputTokens, outputTokens: a.outputTokens }
      : undefined,
  };
}

/** Usage of a cache hit: only the first function, and a cache read. */
function cachedUse(a: CostAssumptions): RequestUse {
  const isQuery = a.route === 'query';
  const around = gatewayUse(a);
  const [reads] = CACHE_UNITS[a.cache];
  return {
    ...around,
    functions: [
      ...(around.functions ?? []),
      {
        name: isQuery ? 'baseline' : 'retrieve',
        memoryMb: isQuery ? SMALL_MB : a.memoryMb,
        architecture: a.architecture,
        durationMs: CACHED_MS,
      },
    ],
    gateway: { kind: a.gateway, requests: 1, bytesOut: a.answerBytes },
    logs: { bytes: runLogBytes(a.metrics) + (around.logs?.bytes ?? 0) },
    cache: a.cache === 'none' ? undefined : { kind: a.cache, reads, writes: 0 },
  };
}

/** A scheduled warm-up: its function waits while it starts `warmupConcurrency` environments. */
function warmupUse(a: CostAssumptions): RequestUse {
  const woken: FunctionUse = {
    name: 'retrieve',
    memoryMb: a.memoryMb,
    architecture: a.architecture,
    durationMs: a.warmMs,
  };
  return {
    functions: [
      {
        name: 'warmup',
        memoryMb: SMALL_MB,
        architecture: a.architecture,
        durationMs: a.warmMs + OVERHEAD_MS,
      },
      ...Array.from({ length: Math.ceil(a.warmupConcurrency) }, () => woken),
    ],
    logs: { bytes: PLATFORM_LOG_BYTES * (1 + a.warmupConcurrency) },
  };
}
