import {
  capacityOf,
  type Experiment,
  meets,
  parseThreshold,
  type RunOutcome,
  type StepFigures,
  type StepTable,
  stepFigures,
  type Threshold,
} from '../../measure/index.ts';
import { type CommandResult, EXIT } from '../context.ts';
import { tableOf } from '../output.ts';

interface RunResult {
  readonly experiment: Experiment;
  readonly table: StepTable;
  readonly outcome: RunOutcome;
  readonly output: string;
}

/** The output of `srag bench run`; exit code 1 if a threshold is missed, 3 if the run is incomplete. */
export function runSummary({ experiment, table, outcome, output }: RunResult): CommandResult {
  const figures = experiment.variants.flatMap(({ name }) =>
    table.stepsOf(name).map((data) => stepFigures(data, experiment)),
  );
  const missed = experiment.thresholds
    .map(parseThreshold)
    .flatMap((threshold) => figures.flatMap((step) => missedBy(threshold, step)));
  const capacities = experiment.variants.map(({ name }) => {
    const best = capacityOf(figures.filter(({ variant }) => variant === name));
    return { variant: name, throughputPerSecond: best?.throughput.estimate ?? 0 };
  });
  const lines = [
    stepsTable(figures),
    '',
    ...capacities.map(({ variant, throughputPerSecond }) =>
      throughputPerSecond === 0
        ? `${variant} did not answer every request of the first step.`
        : `${variant} answered every request up to ${throughputPerSecond.toFixed(2)} requests/s.`,
    ),
    ...outcome.warnings.map((warning) => `Warning: ${warning}`),
    ...missed.map((miss) => `Missed: ${miss}`),
    ...(outcome.ended === 'interrupted'
      ? [`Interrupted. Continue with: srag bench run --resume ${output}`]
      : []),
    `Results: ${output}. Report: srag report ${output}`,
  ];
  return {
    json: { output, ended: outcome.ended, steps: figures, capacities, missed, warnings: outcome.warnings },
    text: lines.join('\n'),
    exitCode: outcome.ended === 'complete' ? (missed.length > 0 ? EXIT.failed : EXIT.done) : EXIT.partly,
  };
}

function missedBy(threshold: Threshold, step: StepFigures): string[] {
  const { figure, text } = threshold;
  const actual =
    figure === 'mean' || figure === 'p50' || figure === 'p95' || figure === 'p99'
      ? (step.latency[figure]?.estimate ?? Number.POSITIVE_INFINITY)
      : step[figure].estimate;
  if (meets(threshold, actual)) return [];
  return [`${text}: ${step.variant} at ${step.ratePerSecond}/s has ${Number(actual.toPrecision(4))}`];
}

const stepsTable = (figures: readonly StepFigures[]): string =>
  tableOf(figures, [
    ['variant', ({ variant }) => variant],
    ['rate/s', ({ ratePerSecond }) => String(ratePerSecond)],
    ['requests', ({ requests }) => String(requests)],
    ['success', ({ success }) => percent(success.estimate)],
    ['429', ({ throttles }) => percent(throttles.estimate)],
    ['p50 ms', ({ latency }) => latency.p50?.estimate.toFixed(1) ?? '-'],
    ['p95 ms', ({ latency }) => latency.p95?.estimate.toFixed(1) ?? '-'],
    ['mean ms', ({ latency }) => latency.mean?.estimate.toFixed(1) ?? '-'],
    ['+-', ({ latency: { mean } }) => (mean === undefined ? '-' : percent(mean.relativeWidth))],
    ['req/s', ({ throughput }) => throughput.estimate.toFixed(2)],
    ['converged', ({ convergence }) => (convergence.state === 'converged' ? 'yes' : 'no')],
  ]);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
