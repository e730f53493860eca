import type { Price, PriceTable } from '../../api/cost/index.ts';
import type { BackendCost } from './backend-cost.ts';
import type { CostScene } from './break-even.ts';
import type { BackendFigures } from './figures.ts';
import type { MeasuredFigures } from './measured.ts';
import { requestsPerMonth, type Workload } from './workload.ts';

/** Costs of several backends for one workload, lowest idle cost first. */
export interface ComparedCosts {
  readonly costs: readonly BackendCost[];
  readonly scene: CostScene;
  readonly measured: readonly MeasuredFigures[];
  /** Path of the measured figures. */
  readonly results: string | undefined;
}

/** Where the times, reads and sizes of a backend come from; `priced` if its cost depends on none of them. */
export function basisOf(
  { backend }: BackendCost,
  { measured }: ComparedCosts,
): 'measured' | 'assumed' | 'priced' {
  if (backend.startsWith('bedrock-')) return 'priced';
  return measured.some((one) => one.backend === backend) ? 'measured' : 'assumed';
}

/** The figures of a backend that were measured, in words; undefined if none was. */
export function measuredText(
  { backend }: BackendCost,
  { measured, results }: ComparedCosts,
): string | undefined {
  const keys = Object.keys(measured.find((one) => one.backend === backend)?.figures ?? {});
  if (keys.length === 0) return undefined;
  return `measured in ${results}: ${keys.map((key) => MEASURES[key as keyof BackendFigures]).join(', ')}`;
}

const MEASURES: Readonly<Record<keyof BackendFigures, string>> = {
  warmMs: 'warm time',
  coldMs: 'cold time',
  initMs: 'initialisation',
  coldShare: 'share of cold requests',
  memoryMb: 'memory',
  warmReads: 'warm reads',
  coldReads: 'cold reads',
  bytesRead: 'bytes read',
  indexBytes: 'index size',
  buildMs: 'build time',
};

/** The prices that the lines use, by name. */
export function usedPrices(
  costs: readonly BackendCost[],
  { prices }: PriceTable,
): readonly (readonly [string, Price])[] {
  const names = new Set(costs.flatMap(({ priceNames }) => priceNames));
  return Object.entries(prices).filter(([name]) => names.has(name));
}

/** A workload in one line. */
export function workloadText(workload: Workload): string {
  const { requestsPerSecond, peakRequestsPerSecond, rows, dimensions, updatedRowsPerDay } = workload;
  const what = workload.route === 'retrieve' ? 'retrievals' : 'questions';
  const peak = peakRequestsPerSecond > requestsPerSecond ? `, peak ${digits(peakRequestsPerSecond)}/s` : '';
  return `${grouped(requestsPerMonth(workload))} ${what} (${digits(requestsPerSecond)}/s${peak}), ${grouped(rows)} chunks x ${dimensions} dimensions, ${grouped(updatedRowsPerDay)} updated per day`;
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));
const grouped = (count: number): string => count.toLocaleString('en-US', { maximumFractionDigits: 0 });
