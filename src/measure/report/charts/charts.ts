import type { ExperimentReport } from '../model.ts';
import type { Chart } from './chart.ts';
import { distribution, histogram } from './distribution.ts';
import { latencyOverLoad, outcomes, throughput } from './load.ts';
import { cost, memory, qualityAgainstLatency, stages } from './parts.ts';
import { predicted } from './predicted.ts';

/** All charts of an experiment, without empty ones. */
export function chartsOf(report: ExperimentReport): readonly Chart[] {
  return [
    histogram(report),
    distribution(report, 'warm'),
    distribution(report, 'cold'),
    latencyOverLoad(report),
    predicted(report),
    outcomes(report),
    throughput(report),
    stages(report),
    memory(report),
    qualityAgainstLatency(report),
    cost(report),
  ].filter((chart) => chart !== undefined);
}
