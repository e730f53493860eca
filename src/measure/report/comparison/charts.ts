import type { ComparedVariant, ComparisonResult } from '../../comparison/index.ts';
import { axis, type Chart, intervalBars, LEVEL, yAxis } from '../charts/chart.ts';
import { MUTED, renderChart, seriesColour } from '../charts/render.ts';
import { shortNames } from '../format.ts';

/** The charts of a comparison, without empty ones. */
export const comparisonCharts = (result: ComparisonResult): readonly Chart[] =>
  [
    qualityAgainstLatency(result),
    latencyByVariant(result),
    bars(result, {
      id: 'first-answer',
      title: 'Process start to first answer',
      unit: 'ms',
      caption: 'Median over a few fresh processes, alternating; includes opening the index.',
      valueOf: ({ first }) => first?.startToAnswerMs,
    }),
    bars(result, {
      id: 'index-size',
      title: 'Index size',
      unit: 'MB',
      caption: 'Bytes of the index version in storage.',
      valueOf: ({ index }) => (index.sizeBytes === undefined ? undefined : index.sizeBytes / 1e6),
    }),
  ].filter((chart) => chart !== undefined);

function qualityAgainstLatency({ variants, summary }: ComparisonResult): Chart | undefined {
  const [metric] = Object.keys(summary.variants[0]?.quality ?? {});
  if (metric === undefined) return undefined;
  const points = variants.flatMap(({ summary: { name, quality, latencyMs } }, index) => {
    const figure = quality[metric];
    return figure === undefined ? [] : [{ name, index, figure, latencyMs }];
  });
  return {
    id: 'quality',
    title: 'Quality against latency',
    caption: `${metric} over ${points[0]?.figure.n} questions against the median latency, both with ${LEVEL}. Up and to the left is better.`,
    ...renderChart({
      legend: points.map(({ name }) => name),
      option: {
        xAxis: axis('median latency in ms', {
          type: 'log',
          min: (extent: { min: number }) => extent.min / 1.5,
          max: (extent: { max: number }) => extent.max * 1.5,
        }),
        yAxis: yAxis(metric, { type: 'value', scale: true }),
        series: points.flatMap(({ name, index, figure, latencyMs }) => [
          {
            name,
            type: 'scatter',
            symbolSize: 12,
            color: seriesColour(index),
            data: [[latencyMs.p50, figure.mean]],
          },
          intervalBars([[latencyMs.p50, ...figure.interval]], seriesColour(index)),
          intervalBars([[figure.mean, ...latencyMs.intervals.p50]], seriesColour(index), true),
        ]),
      },
    }),
  };
}

function latencyByVariant({ variants }: ComparisonResult): Chart {
  const rows = [
    { name: 'p50', colour: seriesColour(0), offset: -0.15 },
    { name: 'p95', colour: seriesColour(1), offset: 0.15 },
  ] as const;
  const names = shortNames(
    variants.map(({ summary }) => summary.name),
    NAMED_COLUMNS,
  );
  return {
    id: 'latency',
    title: 'Latency by variant',
    caption: `Median and 95th percentile of ${variants[0]?.summary.latencyMs.n} timed warm answers each, with ${LEVEL} over questions.`,
    ...renderChart({
      legend: rows.map(({ name }) => name),
      left: NAMED_WIDTH,
      height: 44 * names.length,
      option: {
        xAxis: axis('latency in ms', { type: 'value', min: 0 }),
        yAxis: axis('', {
          type: 'value',
          inverse: true,
          min: -0.5,
          max: names.length - 0.5,
          interval: 0.5,
          splitLine: { show: false },
          axisTick: { show: false },
          axisLabel: { ...NAMED_LABEL, formatter: (value: number) => names[value] ?? '' },
        }),
        series: rows.flatMap(({ name, colour, offset }) => [
          {
            name,
            type: 'scatter',
            symbolSize: 10,
            color: colour,
            data: variants.map(({ summary }, index) => [summary.latencyMs[name], index + offset]),
          },
          intervalBars(
            variants.map(({ summary }, index) => [index + offset, ...summary.latencyMs.intervals[name]]),
            colour,
            true,
          ),
        ]),
      },
    }),
  };
}

/** Width in pixels and maximum text columns of the names next to bars. */
const NAMED_WIDTH = 132;
const NAMED_COLUMNS = 16;
const NAMED_LABEL = { color: MUTED, interval: 0 };

function bars(
  { variants }: ComparisonResult,
  of: {
    readonly id: string;
    readonly title: string;
    readonly unit: string;
    readonly caption: string;
    readonly valueOf: (variant: ComparedVariant) => number | undefined;
  },
): Chart | undefined {
  const known = variants.flatMap((variant) => {
    const value = of.valueOf(variant);
    return value === undefined ? [] : [{ name: variant.summary.name, value }];
  });
  if (known.length === 0) return undefined;
  return {
    id: of.id,
    title: of.title,
    caption: of.caption,
    ...renderChart({
      legend: [],
      left: NAMED_WIDTH,
      height: 34 * known.length,
      option: {
        xAxis: axis(of.unit, { type: 'value', min: 0 }),
        yAxis: axis('', {
          type: 'category',
          inverse: true,
          data: shortNames(
            known.map(({ name }) => name),
            NAMED_COLUMNS,
          ),
          axisLabel: NAMED_LABEL,
        }),
        series: [
          { type: 'bar', barMaxWidth: 22, color: seriesColour(0), data: known.map(({ value }) => value) },
        ],
      },
    }),
  };
}
