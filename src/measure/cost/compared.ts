import type { Price, PriceTable } from '../../api/cost/index.ts';
import type { BackendCost } from './backend-cost.ts';
import type { CostScene } from './break-even.ts';
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
