export { type BackendCost, backendCost } from './backend-cost.ts';
export {
  atRate,
  atRows,
  type BreakEven,
  breakEven,
  type CostScene,
  type Crossing,
  logSteps,
  monthlyUsd,
  RATE_RANGE,
  ROWS_RANGE,
} from './break-even.ts';
export { breakEvenSentences } from './cheapest.ts';
export { basisOf, type ComparedCosts, measuredText, usedPrices, workloadText } from './compared.ts';
export { type CostAssumptions, DEFAULT_ASSUMPTIONS } from './deployment/assumptions.ts';
export { DEPLOYED } from './deployment/monthly-use.ts';
export { planOf, RETRIEVAL_METRICS } from './deployment/plan.ts';
export { assumedFigures, type BackendFigures, type FiguresFor } from './figures.ts';
export { backendOfKind, figuresFrom, type MeasuredFigures } from './measured.ts';
export { BACKEND_NAMES, BACKENDS, type BackendName } from './names.ts';
export { assumptionsFor, storedBytes } from './plans/functions.ts';
export { DEFAULT_WORKLOAD, type Workload } from './workload.ts';
