import { MONTH_HOURS } from '../../api/cost/index.ts';
import { SragError } from '../../core/index.ts';
import { type CostAssumptions, DEFAULT_ASSUMPTIONS } from './deployment/assumptions.ts';

/** Assumptions that a workload expresses by rows and rates, and those that depend on the backend. */
type Replaced =
  | 'requests'
  | 'documents'
  | 'storedGb'
  | 'memoryMb'
  | 'warmMs'
  | 'coldMs'
  | 'initMs'
  | 'coldShare'
  | 'coldReads';

/** What a deployment has to serve, the same for every backend. */
export interface Workload extends Omit<CostAssumptions, Replaced> {
  /** Mean over the month. */
  readonly requestsPerSecond: number;
  /** The highest rate, which sizes servers and capacity units. */
  readonly peakRequestsPerSecond: number;
  /** Chunks, each with one vector. */
  readonly rows: number;
  readonly dimensions: number;
  /** Mean length of a chunk's text. */
  readonly textBytesPerRow: number;
  /** Filterable metadata of a chunk. */
  readonly filterableBytesPerRow: number;
  readonly updatedRowsPerDay: number;
  readonly topK: number;
  /** Data nodes of a managed OpenSearch domain; 2 hold a replica of each shard. */
  readonly managedNodes: number;
  /** Instances of the server with an in-memory index. */
  readonly servers: number;
}

/** A million retrievals per month over 100,000 chunks. */
export const DEFAULT_WORKLOAD: Workload = {
  ...withoutReplaced(DEFAULT_ASSUMPTIONS),
  requestsPerSecond: 1_000_000 / (MONTH_HOURS * 3_600),
  peakRequestsPerSecond: 1_000_000 / (MONTH_HOURS * 3_600),
  rows: 100_000,
  dimensions: 384,
  textBytesPerRow: 1_000,
  filterableBytesPerRow: 64,
  updatedRowsPerDay: 0,
  topK: 10,
  managedNodes: 2,
  servers: 1,
};

function withoutReplaced(assumptions: CostAssumptions): Omit<CostAssumptions, Replaced> {
  const { requests, documents, storedGb, memoryMb, warmMs, coldMs, initMs, coldShare, coldReads, ...rest } =
    assumptions;
  return rest;
}

const DAYS = MONTH_HOURS / 24;

export const requestsPerMonth = ({ requestsPerSecond }: Workload): number =>
  requestsPerSecond * MONTH_HOURS * 3_600;

/** Requests that reach the index: those that the query cache does not answer. */
export const searchesPerMonth = (workload: Workload): number =>
  requestsPerMonth(workload) * (1 - workload.cacheHitRate);

export const updatedRowsPerMonth = ({ updatedRowsPerDay }: Workload): number => updatedRowsPerDay * DAYS;

/** Times that an index version is built: once a day if rows change, less often if fewer than one row a day does. */
export const buildsPerMonth = ({ updatedRowsPerDay }: Workload): number =>
  Math.min(1, updatedRowsPerDay) * DAYS;

/** The same workload without requests and updates. */
export const idleWorkload = (workload: Workload): Workload => ({
  ...workload,
  requestsPerSecond: 0,
  peakRequestsPerSecond: 0,
  updatedRowsPerDay: 0,
});

/** @throws INVALID_ARGUMENT for a count, size or rate outside its range */
export function checkWorkload(workload: Workload): void {
  for (const field of ['rows', 'dimensions', 'topK', 'managedNodes', 'servers'] as const)
    if (!(Number.isSafeInteger(workload[field]) && workload[field] >= 1))
      throw invalid(field, workload[field], 'Use an integer of 1 or more.');
  for (const field of [
    'requestsPerSecond',
    'peakRequestsPerSecond',
    'textBytesPerRow',
    'filterableBytesPerRow',
    'updatedRowsPerDay',
  ] as const)
    if (!(Number.isFinite(workload[field]) && workload[field] >= 0))
      throw invalid(field, workload[field], 'Use a finite number of 0 or more.');
  if (workload.peakRequestsPerSecond < workload.requestsPerSecond)
    throw invalid('peakRequestsPerSecond', workload.peakRequestsPerSecond, 'It must be at least the mean.');
}

const invalid = (field: string, value: number, remedy: string): SragError =>
  new SragError('INVALID_ARGUMENT', `${field} is ${value}.`, { remedy, fields: { field, value } });
