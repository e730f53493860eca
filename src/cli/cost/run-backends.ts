import type { Command } from 'commander';
import type { PriceTable } from '../../api/cost/index.ts';
import {
  backendCost,
  type ComparedCosts,
  type CostAssumptions,
  figuresFrom,
  type MeasuredFigures,
} from '../../measure/cost/index.ts';
import type { BackendOptions } from './options.ts';
import { backendsText } from './text.ts';
import { backendsOf, chosenFigures, workloadOf } from './workload.ts';

/**
 * `srag cost --backends`
 * @throws INVALID_ARGUMENT, and the errors of reading the results
 */
export async function runBackends(
  options: BackendOptions & CostAssumptions,
  command: Command,
  prices: PriceTable,
): Promise<{ readonly json: unknown; readonly text: string }> {
  const names = backendsOf(options.backends ?? true);
  const workload = await workloadOf(options, command);
  const measured = options.results === undefined ? [] : await measuredFigures(options.results);
  const figures = figuresFrom(measured, workload.rows, chosenFigures(options, command));
  const costs = names
    .map((name) => backendCost(name, workload, figures(name, workload), prices))
    .sort((a, b) => a.idleUsdPerMonth - b.idleUsdPerMonth || a.usdPerMonth - b.usdPerMonth);
  const compared: ComparedCosts = {
    costs,
    scene: { workload, figures, prices },
    measured,
    results: options.results,
  };
  const report = options.report === undefined ? undefined : await reportOf(options.report, compared);
  const wrote = report === undefined ? '' : `\nWrote ${report}`;
  return { json: { ...jsonOf(compared), report }, text: backendsText(compared) + wrote };
}

async function measuredFigures(path: string): Promise<readonly MeasuredFigures[]> {
  const { readFigures } = await import('./read-figures.ts');
  return readFigures(path);
}

async function reportOf(file: string, compared: ComparedCosts): Promise<string> {
  const { writeCostReport } = await import('./write-report.ts');
  return writeCostReport(file, compared);
}

const jsonOf = ({ costs, scene, measured }: ComparedCosts) => ({
  region: scene.prices.region,
  workload: scene.workload,
  backends: costs.map((cost) => ({
    ...cost,
    figures: scene.figures(cost.backend, scene.workload),
    measured: Object.keys(measured.find(({ backend }) => backend === cost.backend)?.figures ?? {}),
  })),
  notice: scene.prices.notice,
});
