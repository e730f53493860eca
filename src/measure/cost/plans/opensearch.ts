import { MONTH_HOURS } from '../../../api/cost/index.ts';
import type { BackendFigures } from '../figures.ts';
import { corpusBytes, GIBIBYTE, hnswBytes } from '../sizes.ts';
import { buildsPerMonth, searchesPerMonth, type Workload } from '../workload.ts';
import {
  type BackendPlan,
  functionAssumptions,
  functionLimits,
  functionsMonth,
  type Priced,
} from './functions.ts';
import { chooseInstances, type Instance, SEARCH_INSTANCES } from './instances.ts';

/** Searches per second of one processor at half load: 10 ms each. */
export const SEARCHES_PER_CPU = 50;
/** Largest heap of OpenSearch; smaller nodes give it half of their memory. */
const MAX_HEAP_GIB = 32;
/** Share of the memory outside the heap that graphs may use: `knn.memory.circuit_breaker.limit`. */
const GRAPH_SHARE = 0.5;
/** Disk space for an index of size 1. Source: AWS, Sizing Amazon OpenSearch Service domains. */
const DISK_FACTOR = 1.45;
const MIN_VOLUME_GB = 10;
/** Compression of vectors on disk, which divides the memory of their graph. */
const COMPRESSION = 32;

/** A compute unit has 6 GiB of memory and one processor; half of the memory is assumed to hold graphs. */
const UNIT_GRAPH_BYTES = 3 * GIBIBYTE;
/** Indexing and search have half a unit each, at least. */
const MIN_UNITS = 0.5;
/** Rows that one unit indexes per second. */
const INDEXED_PER_UNIT = 200;
/** Idle time until a NextGen collection has no units. */
const IDLE_SECONDS = 600;

export type ServerlessKind = 'redundant' | 'single' | 'next';

/** Functions in front of a domain or a collection; the storage has only the corpus. */
function withSearchService(
  workload: Workload,
  figures: BackendFigures,
  service: { readonly fixed: Priced; readonly assumptions: readonly string[] },
): BackendPlan {
  // A build writes the index to the server, so it writes no parts to the storage.
  const plan = functionsMonth(workload, { ...figures, indexBytes: 0 }, corpusBytes(workload));
  return {
    plan: { ...plan, fixed: [...(plan.fixed ?? []), ...service.fixed] },
    assumptions: [...functionAssumptions(workload, figures), ...service.assumptions],
    limits: functionLimits(workload, figures),
  };
}

/** Bytes of a node that graphs may use. */
const graphBytes = ({ memoryGib }: Instance): number =>
  (memoryGib - Math.min(MAX_HEAP_GIB, memoryGib / 2)) * GRAPH_SHARE * GIBIBYTE;

/** A managed domain: each row is on two nodes, or on one if there is only one. */
export function managed(workload: Workload, figures: BackendFigures, isOnDisk: boolean): BackendPlan {
  const copies = Math.min(2, workload.managedNodes);
  const bytes = copies * (hnswBytes(workload) / (isOnDisk ? COMPRESSION : 1));
  const { instance, count } = chooseInstances(
    SEARCH_INSTANCES,
    { bytes, cpus: workload.peakRequestsPerSecond / SEARCHES_PER_CPU, count: workload.managedNodes },
    graphBytes,
  );
  const volumeGb = Math.max(
    MIN_VOLUME_GB,
    Math.ceil((copies * figures.indexBytes * DISK_FACTOR) / GIBIBYTE / count),
  );
  return withSearchService(workload, figures, {
    fixed: [
      { price: instance.price, quantity: count * MONTH_HOURS },
      { price: 'opensearch.gp3', quantity: count * volumeGb },
    ],
    assumptions: [
      `${count} x ${instance.type}.search with ${volumeGb} GB each, ${copies === 2 ? 'one replica' : 'no replica'}, no dedicated master`,
      `graphs of ${(bytes / GIBIBYTE).toFixed(2)} GiB use half of the memory outside the heap; ${SEARCHES_PER_CPU} searches/s per processor`,
      ...(instance.type.startsWith('t3.') ? ['t3 is burstable: AWS recommends it for tests only'] : []),
    ],
  });
}

/** Functions in front of a Serverless collection. */
export const serverless = (workload: Workload, figures: BackendFigures, kind: ServerlessKind): BackendPlan =>
  withSearchService(workload, figures, collection(workload, figures.indexBytes, kind));

/** The units and storage of a collection. */
export function collection(
  workload: Workload,
  indexBytes: number,
  kind: ServerlessKind,
): { readonly fixed: Priced; readonly assumptions: readonly string[] } {
  const graph = hnswBytes(workload) / (kind === 'next' ? COMPRESSION : 1);
  const copies = kind === 'redundant' ? 2 : 1;
  const search = units(
    Math.max(graph / UNIT_GRAPH_BYTES, workload.peakRequestsPerSecond / copies / SEARCHES_PER_CPU),
  );
  const unitHours =
    kind === 'next'
      ? nextHours(workload, search)
      : copies * (search + units(workload.updatedRowsPerDay / 86_400 / INDEXED_PER_UNIT)) * MONTH_HOURS;
  return {
    fixed: [
      { price: 'opensearch.ocu', quantity: unitHours },
      { price: 'opensearch.serverless-storage', quantity: indexBytes / GIBIBYTE },
    ],
    assumptions: [
      `${search} OCU for search${copies === 2 ? ', twice for redundancy' : ''}: 3 of the 6 GiB of a unit hold graphs, ${SEARCHES_PER_CPU} searches/s`,
      ...(kind === 'next'
        ? [
            'units run while requests arrive and for 10 minutes after; requests arrive independently; the first one waits 10 to 30 s',
          ]
        : []),
    ],
  };
}

/** Steps of capacity: half a unit, one unit, then whole units. */
const units = (needed: number): number => (needed <= MIN_UNITS ? MIN_UNITS : Math.ceil(needed));

/** Unit hours of a month in which the collection sleeps whenever no request came for ten minutes. */
function nextHours(workload: Workload, search: number): number {
  const rate = searchesPerMonth(workload) / (MONTH_HOURS * 3_600);
  const awakeShare = 1 - Math.exp(-rate * IDLE_SECONDS);
  const buildSeconds = workload.updatedRowsPerDay / INDEXED_PER_UNIT + IDLE_SECONDS;
  return awakeShare * search * MONTH_HOURS + buildsPerMonth(workload) * MIN_UNITS * (buildSeconds / 3_600);
}
