export * from './embedding.ts';
export {
  COST_KINDS,
  type Cost,
  type CostKind,
  type CostLine,
  costOf,
  estimateCost,
  usdByKind,
} from './estimate.ts';
export * from './log-bytes.ts';
export * from './price-table.ts';
export { MONTH_HOURS, type MonthPlan, monthQuantities, projectMonth } from './project-month.ts';
export type { Quantity } from './quantities.ts';
export type { FunctionUse, RequestUse } from './request-use.ts';
