import type { Interval } from '../../evaluation/statistics.ts';
import { amount } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { GRID, MUTED, renderChart, seriesColour } from './render.ts';

/** A chart with a textual description. */
export interface Chart {
  /** Identifies the chart in anchors and file names. */
  readonly id: string;
  readonly title: string;
  /** The chart for narrow screens. */
  readonly narrowSvg: string;
  /** Caption: subject, number of samples and kind of intervals. */
  readonly caption: string;
  readonly svg: string;
}

const LINE = { lineStyle: { color: GRID } };

export const axis = (name: string, more: object = {}): object => ({
  name,
  nameLocation: 'middle',
  nameGap: 34,
  nameTextStyle: { color: MUTED },
  axisLabel: { color: MUTED, hideOverlap: true, formatter: (value: number | string) => labelOf(value) },
  axisLine: LINE,
  axisTick: LINE,
  splitLine: LINE,
  ...more,
});
const labelOf = (value: number | string): string => (typeof value === 'number' ? amount(value) : value);
export const yAxis = (name: string, more: object = {}): object => axis(name, { nameGap: 46, ...more });

/** A logarithmic x axis that ends at the smallest and the largest value. */
export const logAxis = (name: string): object => axis(name, { type: 'log', min: 'dataMin', max: 'dataMax' });

export const LEVEL = '95 % intervals';

/** The step whose latencies are shown: the highest with 99 % success of every variant, or else the first. */
export function sharedStep({ variants }: ExperimentReport): number {
  const lists = variants.map(({ steps }) =>
    steps
      .filter(({ success, answeredWarm }) => success.estimate >= 0.99 && answeredWarm > 1)
      .map(({ step }) => step),
  );
  return lists[0]?.findLast((step) => lists.every((list) => list.includes(step))) ?? 0;
}

export const rateOf = ({ header }: ExperimentReport, step: number): string =>
  amount(header.steps[step]?.ratePerSecond ?? 0);

/** Bars for intervals `[position, low, high]`; `position` is on the y axis if the bars are horizontal. */
export const intervalBars = (
  data: readonly (readonly number[])[],
  colour: string,
  isHorizontal = false,
): object => ({
  type: 'custom',
  silent: true,
  data,
  encode: isHorizontal ? { y: 0, x: [1, 2] } : { x: 0, y: [1, 2] },
  renderItem: (_: unknown, api: { value(index: number): number; coord(point: number[]): number[] }) => {
    const end = (index: number): number[] => {
      const point = [api.value(0), api.value(index)];
      return api.coord(isHorizontal ? point.reverse() : point);
    };
    const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [end(1), end(2)];
    const style = { stroke: colour, lineWidth: 1.5 };
    const line = (fromX: number, fromY: number, toX: number, toY: number): object => ({
      type: 'line',
      shape: { x1: fromX, y1: fromY, x2: toX, y2: toY },
      style,
    });
    const [capX, capY] = isHorizontal ? [0, 4] : [4, 0];
    const cap = (x: number, y: number): object => line(x - capX, y - capY, x + capX, y + capY);
    return { type: 'group', children: [line(x1, y1, x2, y2), cap(x1, y1), cap(x2, y2)] };
  },
});

/**
 * A line through estimates, with bars for their intervals. Low ends are raised to what a logarithmic axis can show.
 */
export const estimateLine = (
  name: string,
  index: number,
  points: readonly {
    readonly x: number;
    readonly of: { readonly estimate: number; readonly low: number; readonly high: number };
  }[],
  lineStyle: object = {},
): readonly object[] => [
  {
    name,
    type: 'line',
    color: seriesColour(index),
    symbolSize: 6,
    lineStyle,
    data: points.map(({ x, of }) => [x, of.estimate]),
  },
  intervalBars(
    points.map(({ x, of }) => [x, Math.max(of.low, of.estimate / 100), of.high]),
    seriesColour(index),
  ),
];

/** Quality of each variant against its latency. */
export const qualityChart = (
  { caption, latency, quality }: { readonly caption: string; latency: string; quality: string },
  points: readonly {
    readonly name: string;
    readonly index: number;
    readonly x: number;
    readonly y: number;
    readonly yInterval: Interval;
    readonly xInterval?: Interval;
  }[],
): Chart => ({
  id: 'quality',
  title: 'Quality against latency',
  caption: `${caption} Up and to the left is better.`,
  ...renderChart({
    legend: points.map(({ name }) => name),
    option: {
      xAxis: axis(latency, {
        type: 'log',
        min: (extent: { min: number }) => extent.min / 1.5,
        max: (extent: { max: number }) => extent.max * 1.5,
      }),
      yAxis: yAxis(quality, { type: 'value', scale: true }),
      series: points.flatMap(({ name, index, x, y, yInterval, xInterval }) => [
        { name, type: 'scatter', symbolSize: 12, color: seriesColour(index), data: [[x, y]] },
        intervalBars([[x, ...yInterval]], seriesColour(index)),
        ...(xInterval === undefined ? [] : [intervalBars([[y, ...xInterval]], seriesColour(index), true)]),
      ]),
    },
  }),
});

export const counts = (shown: readonly { readonly name: string; readonly values: Float64Array }[]): string =>
  shown.map(({ name, values }) => `${name} n = ${values.length.toLocaleString('en-US')}`).join(', ');

export const requestCounts = ({ variants }: ExperimentReport): string =>
  variants
    .map(
      ({ variant, steps }) =>
        `${variant.name} n = ${steps.reduce((sum, { requests }) => sum + requests, 0).toLocaleString('en-US')}`,
    )
    .join(', ');
