import type { PriceTable } from '../../api/cost/index.ts';
import {
  assumedFigures,
  type BackendFigures,
  type BackendName,
  backendCost,
  DEFAULT_ASSUMPTIONS,
  DEFAULT_WORKLOAD,
  type Workload,
} from '../cost/index.ts';
import { ratesOfPlan } from '../simulation/plan/plan.ts';
import { backendOf } from './backend-of.ts';
import { type LoadFigures, simulateLoad } from './load.ts';
import type { Basis, Prediction } from './predictor.ts';
import type { AdviceRequest } from './request.ts';

/** A predicted figure and where it comes from. */
export interface Figure {
  readonly value: number | undefined;
  readonly basis: Basis;
}

/** How environments are kept ready: not at all, one by a schedule, or as many as the load needs. */
export type KeepWarm = 'none' | 'schedule' | 'provisioned';

/** Kinds whose vector search is exact. */
export const EXACT_KINDS: readonly string[] = ['lancedb-flat', 'opensearch-exact'];

/** A kind with the settings of its deployment, and what is predicted of it. */
export interface Candidate {
  readonly kind: string;
  readonly backend: BackendName;
  readonly memoryMb: number;
  /** Most environments at the same time. */
  readonly concurrency: number;
  readonly warmUp: KeepWarm;
  /** Environments of provisioned concurrency. */
  readonly provisioned: number;
  /** Limits of the services that the load or the collection exceeds, as sentences. */
  readonly limits: readonly string[];
  readonly figures: {
    /** Under the load, cold starts included. */
    readonly p50Ms: Figure;
    readonly p95Ms: Figure;
    readonly warmP95Ms: Figure;
    readonly coldMs: Figure;
    readonly coldShare: Figure;
    readonly throttledShare: Figure;
    readonly recall: Figure;
    /** Peak memory of the process that searches. */
    readonly memoryBytes: Figure;
    readonly indexBytes: Figure;
    readonly buildSeconds: Figure;
    readonly usdPerMonth: Figure;
    readonly idleUsdPerMonth: Figure;
    readonly usdPerMillion: Figure;
  };
}

/** A default deployment: a whole processor, and the initialisation of a bundle of less than 1 MB. */
const { memoryMb: MEMORY_MB, initMs: INIT_MS } = DEFAULT_ASSUMPTIONS;
/** A function gets this many times the memory that a process needed in the measurement. */
const HEADROOM = 1.3;
const MEGABYTE = 2 ** 20;
/** Duration of a search for which servers are sized. */
const SIZED_FOR_MS = 10;

const memoryOf = ({ peakBytes }: Prediction): number =>
  Math.max(MEMORY_MB, 64 * Math.ceil((HEADROOM * peakBytes) / MEGABYTE / 64));

/**
 * The kind with each way of keeping environments ready. Provisioned concurrency, which is billed all month, is only
 * considered if cold starts alone make the kind miss the target for p95.
 */
export async function candidatesOf(
  predicted: Prediction,
  request: AdviceRequest,
  prices: PriceTable,
): Promise<readonly Candidate[]> {
  const prediction = withReads(predicted, request);
  const withWarm = async (warmUp: KeepWarm, warmEnvironments: number): Promise<Candidate> => {
    const load = await simulateLoad(prediction, request.plan, {
      warmEnvironments,
      memoryMb: memoryOf(prediction),
      prices,
    });
    const provisioned = warmUp === 'provisioned' ? warmEnvironments : 0;
    return candidate(prediction, request, { warmUp, provisioned, load }, prices);
  };
  const candidates = [await withWarm('none', 0), await withWarm('schedule', 1)];
  const target = request.targets.p95Ms;
  const [bare, scheduled] = candidates as [Candidate, Candidate];
  if (target !== undefined && scheduled.figures.p95Ms.value! > target && prediction.p95Ms <= target)
    candidates.push(await withWarm('provisioned', Math.max(1, Math.ceil(bare.concurrency))));
  return candidates;
}

/** A snapshot whose codes do not fit in memory reads storage for each search, which no shipped measurement shows. */
function withReads(prediction: Prediction, { rows, dimensions }: AdviceRequest): Prediction {
  if (prediction.kind !== 'snapshot' || prediction.basis !== 'extrapolated') return prediction;
  const { warmMs, warmReads } = assumedFigures('snapshot', { ...DEFAULT_WORKLOAD, rows, dimensions });
  if (warmReads === 0) return prediction;
  const p50Ms = Math.max(prediction.p50Ms, warmMs);
  return { ...prediction, p50Ms, p95Ms: Math.max(prediction.p95Ms, p50Ms), warmReads };
}

interface Setting {
  readonly warmUp: KeepWarm;
  readonly provisioned: number;
  readonly load: LoadFigures;
}

function candidate(
  prediction: Prediction,
  request: AdviceRequest,
  setting: Setting,
  prices: PriceTable,
): Candidate {
  const { kind, basis } = prediction;
  const { load, warmUp, provisioned } = setting;
  const backend = backendOf(kind)!;
  const workload = workloadOf(prediction, request, setting);
  const figures = billedFigures(prediction, backend, workload, load.coldShare);
  const cost = backendCost(backend, workload, figures, prices);
  const simulated = (value: number): Figure => ({
    value,
    basis: basis === 'published' ? basis : 'simulated',
  });
  const predicted = (value: number | undefined): Figure => ({ value, basis });
  const priced = (value: number | undefined): Figure => ({ value, basis: 'priced' });
  return {
    kind,
    backend,
    memoryMb: memoryOf(prediction),
    concurrency: load.environments,
    warmUp,
    provisioned,
    limits: cost.limits,
    figures: {
      p50Ms: simulated(load.p50Ms),
      p95Ms: simulated(load.p95Ms),
      warmP95Ms: predicted(prediction.p95Ms),
      coldMs: predicted(prediction.firstMs),
      coldShare: simulated(load.coldShare),
      throttledShare: simulated(load.throttledShare),
      recall: predicted(prediction.recall),
      memoryBytes: predicted(prediction.peakBytes),
      indexBytes: predicted(prediction.sizeBytes),
      buildSeconds: predicted(prediction.buildMs / 1_000),
      usdPerMonth: priced(cost.usdPerMonth),
      idleUsdPerMonth: priced(cost.idleUsdPerMonth),
      usdPerMillion: priced(cost.usdPerMillion),
    },
  };
}

function workloadOf(
  { kind, p50Ms }: Prediction,
  request: AdviceRequest,
  { warmUp, provisioned }: Setting,
): Workload {
  const { mean, peak } = ratesOfPlan(request.plan);
  // Servers are sized for searches of 10 ms; an exact scan occupies a processor for longer.
  const load = kind === 'opensearch-exact' ? Math.max(1, p50Ms / SIZED_FOR_MS) : 1;
  const { rows, dimensions, updatedRowsPerDay, textBytesPerRow } = request;
  return {
    ...DEFAULT_WORKLOAD,
    rows,
    dimensions,
    updatedRowsPerDay,
    textBytesPerRow,
    requestsPerSecond: mean,
    peakRequestsPerSecond: peak * load,
    warmupMinutes: warmUp === 'schedule' ? DEFAULT_WORKLOAD.warmupMinutes : 0,
    provisioned,
  };
}

/**
 * The predicted figures of a request; reads that a kind does not count are assumed.
 * @param coldShare share of requests with a cold start; default: the assumption of `srag cost`
 */
export function billedFigures(
  prediction: Prediction,
  backend: BackendName,
  workload: Workload,
  coldShare?: number,
): BackendFigures {
  const { p50Ms, firstMs, warmReads, coldReads, sizeBytes, buildMs } = prediction;
  const assumed = assumedFigures(backend, workload);
  return {
    ...assumed,
    warmMs: p50Ms,
    coldMs: Math.max(0, firstMs - INIT_MS),
    initMs: INIT_MS,
    coldShare: coldShare ?? assumed.coldShare,
    memoryMb: memoryOf(prediction),
    warmReads: warmReads ?? assumed.warmReads,
    coldReads: coldReads ?? assumed.coldReads,
    indexBytes: sizeBytes,
    buildMs,
  };
}
