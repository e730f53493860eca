import {
  type FunctionUse,
  type KeptMetrics,
  type MonthPlan,
  PLATFORM_LOG_BYTES,
  type RequestUse,
  runLogBytes,
} from '../cost/index.ts';
import { gatewayUse, monthlyUse, protectionUse } from './cost-deployment.ts';

/** What `srag cost` assumes; every key has an option of its own. */
export interface CostAssumptions {
  /** `retrieve`: POST /retrieve alone. `query`: baseline, state machine, retrieve, generate. */
  readonly route: 'retrieve' | 'query';
  readonly requests: number;
  readonly gateway: 'rest' | 'http' | 'none';
  readonly architecture: FunctionUse['architecture'];
  readonly memoryMb: number;
  /** Of the retrieve function, without waiting for an embedding model. */
  readonly warmMs: number;
  readonly coldMs: number;
  readonly initMs: number;
  readonly coldShare: number;
  readonly coldReads: number;
  readonly cacheHitRate: number;
  readonly cache: 'none' | 'dynamodb' | 's3';
  readonly answerBytes: number;
  /** Model of the question's vector; `none` searches by words or with ready-made vectors. */
  readonly embedding: string;
  readonly embeddingTokens: number;
  readonly embeddingMs: number;
  /** Model that writes the answer, for `query`. */
  readonly generation: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly generateMs: number;
  /** Model that orders the hits anew, or `none`. */
  readonly rerank: string;
  readonly metrics: KeptMetrics;
  readonly storedGb: number;
  /** Functions and what they use alone, without what a deployment has around them. */
  readonly onlyFunctions: boolean;
  /** Who may ask: `jwt` has a function of its own. */
  readonly auth: 'iam' | 'api-key' | 'jwt' | 'none';
  readonly waf: boolean;
  readonly kms: boolean;
  /** Documents ingested in the month. */
  readonly documents: number;
  /** Of the ingest function, for each document. */
  readonly ingestMs: number;
  /** 0 = no schedule. */
  readonly warmupMinutes: number;
  readonly warmupConcurrency: number;
  /** Minutes between two questions of a canary; 0 = none. */
  readonly canaryMinutes: number;
  /** 0 = none. */
  readonly provisioned: number;
}

export const DEFAULT_ASSUMPTIONS: CostAssumptions = {
  route: 'retrieve',
  requests: 1_000_000,
  gateway: 'rest',
  architecture: 'arm64',
  memoryMb: 1_769,
  warmMs: 8,
  coldMs: 250,
  initMs: 150,
  coldShare: 0.01,
  coldReads: 16,
  cacheHitRate: 0,
  cache: 'none',
  answerBytes: 6_000,
  embedding: 'none',
  embeddingTokens: 15,
  embeddingMs: 80,
  generation: 'extractive',
  inputTokens: 3_000,
  outputTokens: 200,
  generateMs: 40,
  rerank: 'none',
  metrics: 'essential',
  storedGb: 1,
  onlyFunctions: false,
  auth: 'iam',
  waf: false,
  kms: false,
  documents: 0,
  ingestMs: 500,
  warmupMinutes: 5,
  warmupConcurrency: 1,
  canaryMinutes: 0,
  provisioned: 0,
};

/** Passages that a re-ranker is given: one query of its price. */
const RERANKED = 50;
/** Metrics that a warm or cold retrieval writes, by what is one. */
export const RETRIEVAL_METRICS = { all: 18, essential: 6, none: 0 } as const;
/** Functions of a route that write metrics of their own. */
const RECORDERS = { retrieve: 1, query: 3 } as const;
const SMALL_MB = 512;
/** What baseline, and the state machine around each step, take beside their steps. */
const OVERHEAD_MS = 30;
/** Of a cached answer: a read of up to 4 KB, its put a write of up to 4 KB; S3 bills requests. */
const CACHE_UNITS = { none: [0, 0], dynamodb: [0.5, 4], s3: [1, 1] } as const;
const CACHED_MS = 15;

/** The month that the assumptions describe. */
export function planOf(a: CostAssumptions): MonthPlan {
  const isCached = a.cacheHitRate > 0;
  return {
    requestsPerMonth: a.requests,
    cacheHitRate: a.cacheHitRate,
    coldShare: a.coldShare,
    warm: requestUse(a, false),
    cold: requestUse(a, true),
    ...(isCached ? { cached: cachedUse(a) } : {}),
    atRest: { storageBytes: a.storedGb * 2 ** 30 },
    ...(a.warmupMinutes > 0 && !a.onlyFunctions
      ? { warmup: { everyMinutes: a.warmupMinutes, use: warmupUse(a) } }
      : {}),
    ...(a.provisioned > 0
      ? {
          provisioned: {
            name: 'retrieve',
            memoryMb: a.memoryMb,
            architecture: a.architecture,
            concurrency: a.provisioned,
          },
        }
      : {}),
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
    ...(isCold ? { initMs: a.initMs } : {}),
    isProvisioned: a.provisioned > 0,
  };
  const [reads, writes] = CACHE_UNITS[a.cache];
  const around = gatewayUse(a);
  const shared: RequestUse = {
    ...around,
    functions: [...(around.functions ?? []), retrieve],
    gateway: { kind: a.gateway, requests: 1, bytesOut: a.answerBytes },
    ...(isCold ? { storage: { reads: a.coldReads, writes: 0, bytes: 0 } } : {}),
    ...(isModel(a.embedding) ? { embedding: { model: a.embedding, tokens: a.embeddingTokens } } : {}),
    ...(isModel(a.rerank) ? { rerank: { model: a.rerank, documents: RERANKED } } : {}),
    logs: { bytes: runLogBytes(a.metrics) * RECORDERS[a.route] + (around.logs?.bytes ?? 0) },
    ...(a.cache === 'none' ? {} : { cache: { kind: a.cache, reads, writes } }),
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
    ...(isModel(a.generation)
      ? { generation: { model: a.generation, inputTokens: a.inputTokens, outputTokens: a.outputTokens } }
      : {}),
  };
}

/** A request that the cache answers: the first function alone, and a read. */
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
    ...(a.cache === 'none' ? {} : { cache: { kind: a.cache, reads, writes: 0 } }),
  };
}

/** A call of the schedule: the warm-up function waits while it wakes so many environments at once. */
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
