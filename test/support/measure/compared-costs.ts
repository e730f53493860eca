import { loadPrices } from '../../../src/api/cost/index.ts';
import {
  assumedFigures,
  BACKEND_NAMES,
  type BackendName,
  backendCost,
  type ComparedCosts,
  DEFAULT_WORKLOAD,
  type Workload,
} from '../../../src/measure/cost/index.ts';

/** Costs of backends with assumed figures, by default of all. */
export async function comparedCosts(
  names: readonly BackendName[] = BACKEND_NAMES,
  change: Partial<Workload> = {},
): Promise<ComparedCosts> {
  const workload = { ...DEFAULT_WORKLOAD, ...change };
  const prices = await loadPrices('us-east-1');
  return {
    costs: names.map((name) => backendCost(name, workload, assumedFigures(name, workload), prices)),
    scene: { workload, figures: assumedFigures, prices },
    measured: [],
    results: undefined,
  };
}
