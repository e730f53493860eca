import type { StepFigures } from '../../experiment/analysis/figures.ts';
import { amount, shortNames } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { axis, type Chart, intervalBars, LEVEL, requestCounts, yAxis } from './chart.ts';
import { MUTED, renderChart, seriesColour } from './render.ts';

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
        xAxis: axis('offered load in requests/s', { type: 'log', min: 'dataMin', max: 'dataMax' }),
        yAxis: yAxis('latency in ms', { type: 'log' }),
        series: figures.flatMap(({ name, statistic, index, points }) => [
          {
            name,
            type: 'line',
            color: seriesColour(index),
            symbolSize: 6,
            lineStyle: { type: statistic === 'p50' ? 'dashed' : 'solid' },
            data: points.map(({ ratePerSecond, latency }) => [ratePerSecond, latency[statistic]!.estimate]),
          },
          intervalBars(
            points.map(({ ratePerSecond, latency }) => {
              const { low, high, estimate } = latency[statistic]!;
              return [ratePerSecond, Math.max(low, estimate / 100), high];
            }),
            seriesColour(index),
          ),
        ]),
      },
    }),
  };
}

/** Maximum text columns of a variant's name next to a bar. */
export const LABEL_COLUMNS = 12;
/** Pixels for the name with its rate. */
export const LABEL_WIDTH = 132;

export function outcomes(report: ExperimentReport): Chart | undefined {
  const names = shortNames(
    report.variants.map(({ variant }) => variant.name),
    LABEL_COLUMNS,
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
  return {
    id: 'outcomes',
    title: 'Outcomes of requests',
    caption: `Shares of all requests of a step; ${requestCounts(report)}.`,
    ...renderChart({
      legend: kinds.map(({ name }) => name),
      left: LABEL_WIDTH,
      height: 20 * rows.length,
      option: {
        xAxis: axis('share of requests in %', { type: 'value', max: 100 }),
        yAxis: axis('', {
          type: 'category',
          inverse: true,
          data: rows.map(({ label }) => label),
          axisLabel: { color: MUTED, interval: 0 },
        }),
        series: kinds.map(({ name, colour, share }) => ({
          name,
          type: 'bar',
          stack: 'outcome',
          barMaxWidth: 14,
          color: seriesColour(colour),
          data: rows.map(({ step }) => 100 * share(step)),
        })),
      },
    }),
  };
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
        xAxis: axis('offered load in requests/s', { type: 'log', min: 'dataMin', max: 'dataMax' }),
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
          ...report.variants.flatMap(({ variant, steps }, index) => {
            const points = steps.filter((step) => step.throughput.estimate > 0);
            return [
              {
                name: variant.name,
                type: 'line',
                color: seriesColour(index),
                symbolSize: 6,
                data: points.map((step) => [step.ratePerSecond, step.throughput.estimate]),
              },
              intervalBars(
                points.map(({ ratePerSecond, throughput: { low, high, estimate } }) => [
                  ratePerSecond,
                  Math.max(low, estimate / 100),
                  high,
                ]),
                seriesColour(index),
              ),
            ];
          }),
        ],
      },
    }),
  };
}
