import type { StepFigures } from '../../experiment/analysis/figures.ts';
import { amount, shortNames } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { barChart } from './bars.ts';
import { type Chart, estimateLine, LEVEL, logAxis, requestCounts, yAxis } from './chart.ts';
import { MUTED, renderChart } from './render.ts';

export function latencyOverLoad(report: ExperimentReport): Chart | undefined {
  const figures = (['p50', 'p95'] as const).flatMap((statistic) =>
    report.variants.map(({ variant, steps }, index) => ({
      name: variant.name,
      statistic,
      index,
      points: steps.filter(({ latency }) => latency[statistic] !== undefined),
    })),
  );
  if (figures.every(({ points }) => points.length === 0)) return undefined;
  return {
    id: 'latency',
    title: 'Latency against offered load',
    caption: `Median (dashed) and 95th percentile of answered warm requests, with ${LEVEL}; ${requestCounts(report)}.`,
    ...renderChart({
      legend: report.variants.map(({ variant }) => variant.name),
      option: {
        xAxis: logAxis('offered load in requests/s'),
        yAxis: yAxis('latency in ms', { type: 'log' }),
        series: figures.flatMap(({ name, statistic, index, points }) =>
          estimateLine(
            name,
            index,
            points.map(({ ratePerSecond, latency }) => ({ x: ratePerSecond, of: latency[statistic]! })),
            { type: statistic === 'p50' ? 'dashed' : 'solid' },
          ),
        ),
      },
    }),
  };
}

/** Maximum length, in text columns, of a name that is followed by a rate. */
const NAME_COLUMNS = 12;

export function outcomes(report: ExperimentReport): Chart | undefined {
  const names = shortNames(
    report.variants.map(({ variant }) => variant.name),
    NAME_COLUMNS,
  );
  const rows = report.variants.flatMap(({ steps }, index) =>
    steps.map((step) => ({ label: `${names[index]} ${amount(step.ratePerSecond)}/s`, step })),
  );
  if (rows.length === 0) return undefined;
  const kinds = [
    { name: 'answered', colour: 2, share: ({ success }: StepFigures) => success.estimate },
    { name: 'throttled (429)', colour: 4, share: ({ throttles }: StepFigures) => throttles.estimate },
    { name: 'timeout', colour: 3, share: ({ timeouts }: StepFigures) => timeouts.estimate },
    { name: 'error', colour: 1, share: ({ errors }: StepFigures) => errors.estimate },
  ];
  return barChart({
    id: 'outcomes',
    title: 'Outcomes of requests',
    caption: `Shares of all requests of a step; ${requestCounts(report)}.`,
    unit: 'share of requests in %',
    labels: rows.map(({ label }) => label),
    series: kinds.map(({ share, ...kind }) => ({ ...kind, data: rows.map(({ step }) => 100 * share(step)) })),
    max: 100,
    rowHeight: 20,
    barMaxWidth: 14,
  });
}

export function throughput(report: ExperimentReport): Chart | undefined {
  const shown = report.variants.filter(({ steps }) => steps.length > 0);
  if (shown.length === 0) return undefined;
  return {
    id: 'throughput',
    title: 'Throughput against offered load',
    caption: `Answered requests per second until the last reply of each block, with ${LEVEL}; the dotted line is the throughput if every request were answered. ${requestCounts(report)}.`,
    ...renderChart({
      legend: ['all answered', ...report.variants.map(({ variant }) => variant.name)],
      option: {
        xAxis: logAxis('offered load in requests/s'),
        yAxis: yAxis('answered requests/s', { type: 'log' }),
        series: [
          {
            name: 'all answered',
            type: 'line',
            showSymbol: false,
            color: MUTED,
            lineStyle: { type: 'dotted' },
            data: report.header.steps.map(({ ratePerSecond }) => [ratePerSecond, ratePerSecond]),
          },
          ...report.variants.flatMap(({ variant, steps }, index) =>
            estimateLine(
              variant.name,
              index,
              steps
                .filter((step) => step.throughput.estimate > 0)
                .map((step) => ({ x: step.ratePerSecond, of: step.throughput })),
            ),
          ),
        ],
      },
    }),
  };
}
