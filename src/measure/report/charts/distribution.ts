import { amount } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { axis, type Chart, counts, logAxis, rateOf, sharedStep, yAxis } from './chart.ts';
import { renderChart, seriesColour } from './render.ts';

export function histogram(report: ExperimentReport): Chart | undefined {
  const step = sharedStep(report);
  const shown = report.variants.flatMap(({ variant, warm }, index) => {
    const values = warm.get(step);
    return values === undefined || values.length < 2 ? [] : [{ name: variant.name, values, index }];
  });
  if (shown.length === 0) return undefined;
  const low = Math.min(...shown.map(({ values }) => smallest(values)));
  const high = Math.max(...shown.map(({ values }) => largest(values)), low * 1.01);
  const bins = 40;
  const factor = (high / low) ** (1 / bins);
  const edges = Array.from({ length: bins + 1 }, (_, bin) => low * factor ** bin);
  return {
    id: 'histogram',
    title: 'Distribution of warm latencies',
    caption: `Answered warm requests at ${rateOf(report, step)} requests/s: ${counts(shown)}. Bins are equally wide on a logarithmic scale; latency is measured from the intended start.`,
    ...renderChart({
      legend: shown.map(({ name }) => name),
      option: {
        xAxis: axis('latency in ms', {
          type: 'category',
          data: edges.slice(0, -1).map((edge) => amount(edge)),
        }),
        yAxis: yAxis('share of requests in %', { type: 'value' }),
        series: shown.map(({ name, values, index }) => ({
          name,
          type: 'line',
          step: 'middle',
          showSymbol: false,
          areaStyle: { opacity: 0.15 },
          color: seriesColour(index),
          data: binned(values, low, factor, bins),
        })),
      },
    }),
  };
}

function binned(values: Float64Array, low: number, factor: number, bins: number): number[] {
  const found = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(Math.log(value / low) / Math.log(factor))));
    found[bin]! += 100 / values.length;
  }
  return found;
}

export function distribution(report: ExperimentReport, population: 'warm' | 'cold'): Chart | undefined {
  const step = sharedStep(report);
  const shown = report.variants.flatMap(({ variant, warm, cold }, index) => {
    const values = population === 'warm' ? (warm.get(step) ?? new Float64Array()) : cold;
    return values.length < 2 ? [] : [{ name: variant.name, values, index }];
  });
  if (shown.length === 0) return undefined;
  const where = population === 'warm' ? ` at ${rateOf(report, step)} requests/s` : '';
  return {
    id: `ecdf-${population}`,
    title: `Cumulative distribution of ${population} latencies`,
    caption: `Share of ${population} requests${where} that were answered within a given time: ${counts(shown)}.`,
    ...renderChart({
      legend: shown.map(({ name }) => name),
      option: {
        xAxis: logAxis('latency in ms'),
        yAxis: yAxis('share answered in %', { type: 'value', max: 100 }),
        series: shown.map(({ name, values, index }) => ({
          name,
          type: 'line',
          step: 'end',
          showSymbol: false,
          color: seriesColour(index),
          data: cumulative(values),
        })),
      },
    }),
  };
}

/** The empirical distribution as at most 200 points, including the extremes. */
function cumulative(values: Float64Array): [number, number][] {
  const sorted = values.toSorted();
  const points = Math.min(200, sorted.length);
  return Array.from({ length: points }, (_, point) => {
    const index = points === 1 ? 0 : Math.round((point / (points - 1)) * (sorted.length - 1));
    return [sorted[index]!, (100 * (index + 1)) / sorted.length];
  });
}

const smallest = (values: Float64Array): number =>
  values.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY);
const largest = (values: Float64Array): number => values.reduce((best, value) => Math.max(best, value), 0);
