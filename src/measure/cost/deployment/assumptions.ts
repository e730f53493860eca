import type { FunctionUse, KeptMetrics } from '../../../api/cost/index.ts';

/** Assumptions of `srag cost`; every key has its own option. */
export interface CostAssumptions {
  /** `retrieve`: POST /retrieve alone. `query`: baseline, state machine, retrieve, generate. */
  readonly route: 'retrieve' | 'query';
  readonly requests: number;
  readonly gateway: 'rest' | 'http' | 'none';
  readonly architecture: FunctionUse['architecture'];
  readonly memoryMb: number;
  /** Duration of the retrieve function, without waiting for an embedding model. */
  readonly warmMs: number;
  readonly coldMs: number;
  readonly initMs: number;
  readonly coldShare: number;
  readonly coldReads: number;
  readonly cacheHitRate: number;
  readonly cache: 'none' | 'dynamodb' | 's3';
  readonly answerBytes: number;
  /** Model that embeds the question; `none` for lexical search or precomputed vectors. */
  readonly embedding: string;
  readonly embeddingTokens: number;
  readonly embeddingMs: number;
  /** Model that writes the answer, for `query`. */
  readonly generation: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly generateMs: number;
  /** Model that re-ranks the hits, or `none`. */
  readonly rerank: string;
  readonly metrics: KeptMetrics;
  readonly storedGb: number;
  /** Prices only the functions and the services that they use, without the rest of a deployment. */
  readonly onlyFunctions: boolean;
  /** Who may send requests; `jwt` adds an authorizer function. */
  readonly auth: 'iam' | 'api-key' | 'jwt' | 'none';
  readonly waf: boolean;
  readonly kms: boolean;
  /** Number of documents ingested in the month. */
  readonly documents: number;
  /** Duration of the ingest function per document. */
  readonly ingestMs: number;
  /** 0 = no schedule. */
  readonly warmupMinutes: number;
  readonly warmupConcurrency: number;
  /** Minutes between two canary questions; 0 = none. */
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
