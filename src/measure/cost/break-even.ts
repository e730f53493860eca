import type { PriceTable } from '../../api/cost/index.ts';
import { backendCost } from './backend-cost.ts';
import type { FiguresFor } from './figures.ts';
import type { BackendName } from './names.ts';
import type { Workload } from './workload.ts';

/** A value at which the order of two backends changes. */
export interface Crossing {
  /** Requests per second, or rows. */
  readonly at: number;
  readonly cheaperBelow: BackendName;
  readonly cheaperAbove: BackendName;
}

export interface BreakEven {
  /** Over the request rate, with the rows of the workload. */
  readonly requestsPerSecond: readonly Crossing[];
  /** Over the size of the corpus, with the rate of the workload. */
  readonly rows: readonly Crossing[];
}

/** What `breakEven` varies. */
export interface CostScene {
  readonly workload: Workload;
  readonly figures: FiguresFor;
  readonly prices: PriceTable;
}

/** Ranges over which costs are compared: requests per second and rows. */
export const RATE_RANGE = [0.001, 10_000] as const;
export const ROWS_RANGE = [1_000, 100_000_000] as const;
const STEPS = 140;
/** A crossing is located to this relative distance. */
const PRECISION = 1e-4;

/** The same workload at another rate; the peak keeps its ratio to the mean. */
export function atRate(workload: Workload, requestsPerSecond: number): Workload {
  const { requestsPerSecond: mean, peakRequestsPerSecond: peak } = workload;
  const ratio = mean === 0 ? 1 : peak / mean;
  return { ...workload, requestsPerSecond, peakRequestsPerSecond: requestsPerSecond * ratio };
}

/** The same workload with more or fewer rows; updates keep their share of the rows. */
export function atRows(workload: Workload, rows: number): Workload {
  const whole = Math.max(1, Math.round(rows));
  return {
    ...workload,
    rows: whole,
    updatedRowsPerDay: (workload.updatedRowsPerDay * whole) / workload.rows,
  };
}

/** Cost of a month in USD. */
export const monthlyUsd = (backend: BackendName, { workload, figures, prices }: CostScene): number =>
  backendCost(backend, workload, figures(backend, workload), prices).usdPerMonth;

/**
 * The request rates and corpus sizes at which the cheaper of two backends changes. Costs are compared at
 * {@link STEPS} values of each range, so two crossings between neighbouring values are not found.
 */
export function breakEven(a: BackendName, b: BackendName, scene: CostScene): BreakEven {
  const difference = (workload: Workload): number => {
    const at = { ...scene, workload };
    return monthlyUsd(a, at) - monthlyUsd(b, at);
  };
  return {
    requestsPerSecond: crossings(a, b, RATE_RANGE, (rate) => difference(atRate(scene.workload, rate))),
    rows: crossings(a, b, ROWS_RANGE, (rows) => difference(atRows(scene.workload, rows))),
  };
}

/** Values on a logarithmic scale, with both ends. */
export const logSteps = ([from, to]: readonly [number, number], steps: number): readonly number[] =>
  Array.from({ length: steps + 1 }, (_, index) => from * (to / from) ** (index / steps));

function crossings(
  a: BackendName,
  b: BackendName,
  range: readonly [number, number],
  difference: (at: number) => number,
): readonly Crossing[] {
  const found: Crossing[] = [];
  let before: { readonly at: number; readonly usd: number } | undefined;
  for (const at of logSteps(range, STEPS)) {
    const usd = difference(at);
    if (usd === 0) continue;
    if (before !== undefined && before.usd < 0 !== usd < 0) {
      const isBelow = before.usd < 0;
      found.push({
        at: bisect(before.at, at, isBelow, difference),
        cheaperBelow: isBelow ? a : b,
        cheaperAbove: isBelow ? b : a,
      });
    }
    before = { at, usd };
  }
  return found;
}

/** The value between `low` and `high` at which the sign changes. */
function bisect(low: number, high: number, isNegative: boolean, difference: (at: number) => number): number {
  let [from, to] = [low, high];
  while (to / from > 1 + PRECISION) {
    const middle = Math.sqrt(from * to);
    if (difference(middle) < 0 === isNegative) from = middle;
    else to = middle;
  }
  return to;
}
