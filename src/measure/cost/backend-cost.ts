import {
  type Cost,
  type CostLine,
  costOf,
  monthQuantities,
  type PriceTable,
  projectMonth,
} from '../../api/cost/index.ts';
import type { BackendFigures } from './figures.ts';
import type { BackendName } from './names.ts';
import { type BackendPlan, storageIndex } from './plans/functions.ts';
import { inMemoryServer } from './plans/in-memory-server.ts';
import { knowledgeBase } from './plans/knowledge-base.ts';
import { managed, serverless } from './plans/opensearch.ts';
import { s3Vectors } from './plans/s3-vectors.ts';
import { checkWorkload, idleWorkload, requestsPerMonth, type Workload } from './workload.ts';

/** The cost of a backend for a workload. */
export interface BackendCost {
  readonly backend: BackendName;
  /** A month without requests and updates. */
  readonly idleUsdPerMonth: number;
  /** Share of a request in the month; undefined without requests. */
  readonly usdPerRequest: number | undefined;
  readonly usdPerMillion: number | undefined;
  /** The sum of the lines. */
  readonly usdPerMonth: number;
  readonly lines: readonly CostLine[];
  /** Names of the prices of the lines. */
  readonly priceNames: readonly string[];
  /** Billed lines without a price, which the sums exclude. Absent if none. */
  readonly unpriced?: readonly string[] | undefined;
  /** What the plan assumes, as sentences. */
  readonly assumptions: readonly string[];
  /** Limits of the service that the workload exceeds, as sentences. */
  readonly limits: readonly string[];
}

type Planner = (workload: Workload, figures: BackendFigures) => BackendPlan;

const PLANNERS: Readonly<Record<BackendName, Planner>> = {
  snapshot: storageIndex,
  'lancedb-flat': storageIndex,
  'lancedb-ivf-flat': storageIndex,
  'lancedb-ivf-pq': storageIndex,
  'lancedb-ivf-rq': storageIndex,
  'lancedb-ivf-hnsw-sq': storageIndex,
  'lancedb-ivf-hnsw-pq': storageIndex,
  's3-vectors': s3Vectors,
  'opensearch-managed': (workload, figures) => managed(workload, figures, false),
  'opensearch-managed-on-disk': (workload, figures) => managed(workload, figures, true),
  'opensearch-serverless': (workload, figures) => serverless(workload, figures, 'redundant'),
  'opensearch-serverless-single': (workload, figures) => serverless(workload, figures, 'single'),
  'opensearch-serverless-next': (workload, figures) => serverless(workload, figures, 'next'),
  'in-memory-server': inMemoryServer,
  'bedrock-knowledge-base': (workload, figures) => knowledgeBase(workload, figures, 'opensearch'),
  'bedrock-knowledge-base-s3-vectors': (workload, figures) => knowledgeBase(workload, figures, 's3-vectors'),
};

/**
 * What a month of a workload costs with a backend.
 * @throws INVALID_ARGUMENT for a workload or figures outside their ranges
 */
export function backendCost(
  backend: BackendName,
  workload: Workload,
  figures: BackendFigures,
  prices: PriceTable,
): BackendCost {
  checkWorkload(workload);
  const { plan, assumptions, limits } = PLANNERS[backend](workload, figures);
  const quantities = monthQuantities(plan, prices).filter(({ quantity }) => quantity > 0);
  const { totalUsd, lines, unpriced } = costOf(quantities, prices);
  const requests = requestsPerMonth(workload);
  const usdPerRequest = requests === 0 ? undefined : totalUsd / requests;
  return {
    backend,
    idleUsdPerMonth: idleCost(backend, workload, figures, prices).totalUsd,
    usdPerRequest,
    usdPerMillion: usdPerRequest === undefined ? undefined : usdPerRequest * 1_000_000,
    usdPerMonth: totalUsd,
    lines,
    priceNames: [...new Set(quantities.flatMap(({ price }) => price ?? []))],
    unpriced,
    assumptions,
    limits,
  };
}

/** The cost of a month without requests and updates, line by line. */
const idleCost = (
  backend: BackendName,
  workload: Workload,
  figures: BackendFigures,
  prices: PriceTable,
): Cost => projectMonth(PLANNERS[backend](idleWorkload(workload), figures).plan, prices);
