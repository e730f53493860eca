import type { StepFigures } from '../../experiment/analysis/figures.ts';
import { amount } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { axis, type Chart, intervalBars, LEVEL, legend, requestCounts, yAxis } from './chart.ts';
import { MUTED, renderChart, seriesColour } from './render.ts';

export function latencyOverLoad(report: ExperimentReport): Chart | undefined {
  const figures = (['p50', 'p95'] as const).flatMap((statistic) =>
    report.variants.map(({ variant, steps }, index) => ({
      name: `${variant.name} ${statistic}`,
      statistic,
      index,
      points: steps.filter(({ latency }) => latency[statistic] !== undefined),
    })),
  );
  if (figures.every(({ points }) => points.length === 0)) return undefined;
  return {
    id: 'latency',
    title: 'Latency over offered load',
    caption: `Median (dashed) and 95th percentile of answered warm requests, with ${LEVEL}; ${requestCounts(report)}.`,
    svg: renderChart({
      legend,
      grid: { left: 64, right: 24, top: 64, bottom: 56 },
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
    }),
  };
}

export function outcomes(report: ExperimentReport): Chart | undefined {
  const rows = report.variants.flatMap(({ variant, steps }) =>
    steps.map((step) => ({ label: `${variant.name} ${amount(step.ratePerSecond)}/s`, step })),
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
    title: 'What became of the requests',
    caption: `Shares of all requests of a step; ${requestCounts(report)}.`,
    svg: renderChart(
      {
        legend,
        grid: { left: 150, right: 24, top: 48, bottom: 56 },
        xAxis: axis('share of requests in %', { type: 'value', max: 100 }),
        yAxis: axis('', {
          type: 'category',
          inverse: true,
          data: rows.map(({ label }) => label),
          axisLabel: { color: MUTED, width: 136, overflow: 'truncate' },
        }),
        series: kinds.map(({ name, colour, share }) => ({
          name,
          type: 'bar',
          stack: 'outcome',
          barMaxWidth: 18,
          color: seriesColour(colour),
          data: rows.map(({ step }) => 100 * share(step)),
        })),
      },
      110 + 26 * rows.length,
    ),
  };
}

export function throughput(report: ExperimentReport): Chart | undefined {
  const shown = report.variants.filter(({ steps }) => steps.length > 0);
  if (shown.length === 0) return undefined;
  return {
    id: 'throughput',
    title: 'Throughput over offered load',
    caption: `Answered requests per second until the last reply of each block, with ${LEVEL}; the dotted line is everything answered. ${requestCounts(report)}.`,
    svg: renderChart({
      legend,
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
    }),
  };
}
