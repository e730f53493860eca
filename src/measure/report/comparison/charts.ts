import type { ComparedVariant, ComparisonResult } from '../../comparison/index.ts';
import { barChart, LABEL_COLUMNS, LABEL_WIDTH } from '../charts/bars.ts';
import { axis, type Chart, intervalBars, LEVEL, qualityChart } from '../charts/chart.ts';
import { MUTED, renderChart, seriesColour } from '../charts/render.ts';
import { shortNames } from '../format.ts';

/** The charts of a comparison, without empty ones. */
export const comparisonCharts = (result: ComparisonResult): readonly Chart[] =>
  [
    qualityAgainstLatency(result),
    latencyByVariant(result),
    bars(result, ({ first }) => first?.startToAnswerMs, {
      id: 'first-answer',
      title: 'Process start to first answer',
      unit: 'ms',
      caption: 'Median over a few fresh processes, alternating; includes opening the index.',
    }),
    bars(result, ({ index }) => (index.sizeBytes === undefined ? undefined : index.sizeBytes / 1e6), {
      id: 'index-size',
      title: 'Index size',
      unit: 'MB',
      caption: 'Bytes of the index version in storage.',
    }),
  ].filter((chart) => chart !== undefined);

function qualityAgainstLatency({ variants, summary }: ComparisonResult): Chart | undefined {
  const [metric] = Object.keys(summary.variants[0]?.quality ?? {});
  if (metric === undefined) return undefined;
  const points = variants.flatMap(({ summary: { name, quality, latencyMs } }, index) => {
    const figure = quality[metric];
    return figure === undefined
      ? []
      : [
          {
            name,
            index,
            x: latencyMs.p50,
            xInterval: latencyMs.intervals.p50,
            y: figure.mean,
            yInterval: figure.interval,
            n: figure.n,
          },
        ];
  });
  return qualityChart(
    {
      caption: `${metric} over ${points[0]?.n} questions against the median latency, both with ${LEVEL}.`,
      latency: 'median latency in ms',
      quality: metric,
    },
    points,
  );
}

function latencyByVariant({ variants }: ComparisonResult): Chart {
  const rows = [
    { name: 'p50', colour: seriesColour(0), offset: -0.15 },
    { name: 'p95', colour: seriesColour(1), offset: 0.15 },
  ] as const;
  const names = shortNames(
    variants.map(({ summary }) => summary.name),
    LABEL_COLUMNS,
  );
  return {
    id: 'latency',
    title: 'Latency by variant',
    caption: `Median and 95th percentile of ${variants[0]?.summary.latencyMs.n} timed warm answers each, with ${LEVEL} over questions.`,
    ...renderChart({
      legend: rows.map(({ name }) => name),
      left: LABEL_WIDTH,
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
          axisLabel: { color: MUTED, interval: 0, formatter: (value: number) => names[value] ?? '' },
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

/** A bar for each variant whose value is known. */
function bars(
  { variants }: ComparisonResult,
  of: (variant: ComparedVariant) => number | undefined,
  texts: { readonly id: string; readonly title: string; readonly caption: string; readonly unit: string },
): Chart | undefined {
  const known = variants.flatMap((variant) => {
    const value = of(variant);
    return value === undefined ? [] : [{ name: variant.summary.name, value }];
  });
  if (known.length === 0) return undefined;
  return barChart({
    ...texts,
    labels: shortNames(
      known.map(({ name }) => name),
      LABEL_COLUMNS,
    ),
    series: [{ colour: 0, data: known.map(({ value }) => value) }],
  });
}
