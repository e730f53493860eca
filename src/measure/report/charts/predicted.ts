import type { ExperimentReport } from '../model.ts';
import { type Chart, logAxis, requestCounts, yAxis } from './chart.ts';
import { renderChart, seriesColour } from './render.ts';

/** Measured and simulated 95th percentile, plotted against load. */
export function predicted(report: ExperimentReport): Chart | undefined {
  const { steps } = report.predictions;
  const lines = report.variants.flatMap(({ variant }, index) => {
    const mine = steps.filter(
      ({ measured, figures }) =>
        measured.variant === variant.name && measured.latency.p95 && figures.warmP95Ms.value !== undefined,
    );
    return mine.length === 0 ? [] : [{ name: variant.name, index, mine }];
  });
  if (lines.length === 0) return undefined;
  return {
    id: 'predicted',
    title: 'Simulated against measured p95',
    caption: `Measured (solid) and simulated (dotted, hollow) 95th percentile of warm requests; the table has intervals and p50. ${requestCounts(report)}.`,
    ...renderChart({
      legend: lines.map(({ name }) => name),
      option: {
        xAxis: logAxis('offered load in requests/s'),
        yAxis: yAxis('p95 latency in ms', { type: 'log' }),
        series: lines.flatMap(({ name, index, mine }) => [
          {
            name,
            type: 'line',
            color: seriesColour(index),
            symbol: 'circle',
            symbolSize: 6,
            data: mine.map(({ measured }) => [measured.ratePerSecond, measured.latency.p95!.estimate]),
          },
          {
            name,
            type: 'line',
            color: seriesColour(index),
            symbol: 'emptyCircle',
            symbolSize: 9,
            lineStyle: { type: 'dotted' },
            data: mine.map(({ measured, figures }) => [measured.ratePerSecond, figures.warmP95Ms.value!]),
          },
        ]),
      },
    }),
  };
}
