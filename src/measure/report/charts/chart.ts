import { amount } from '../format.ts';
import type { ExperimentReport } from '../model.ts';
import { GRID, INK, MUTED } from './render.ts';

/** A chart with what it shows, for readers and for those who cannot see it. */
export interface Chart {
  /** For anchors and file names. */
  readonly id: string;
  readonly title: string;
  /** What is drawn, over how many samples, with which intervals. */
  readonly caption: string;
  readonly svg: string;
}

export const legend = {
  top: 8,
  left: 64,
  textStyle: { color: INK },
  icon: 'roundRect',
  itemWidth: 14,
  itemHeight: 8,
  // Widths of texts are estimated without a browser.
  itemGap: 28,
};
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

export const LEVEL = '95 % intervals';

/** The step whose latencies are shown: the highest one that every variant carried, else the first. */
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

/** Vertical bars from low to high at x. */
export const intervalBars = (data: readonly (readonly number[])[], colour: string): object => ({
  type: 'custom',
  silent: true,
  data,
  encode: { x: 0, y: [1, 2] },
  renderItem: (_: unknown, api: { value(index: number): number; coord(point: number[]): number[] }) => {
    const [x = 0, low = 0] = api.coord([api.value(0), api.value(1)]);
    const [, high = 0] = api.coord([api.value(0), api.value(2)]);
    const style = { stroke: colour, lineWidth: 1.5 };
    const stroke = (x1: number, y1: number, x2: number, y2: number): object => ({
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style,
    });
    return {
      type: 'group',
      children: [stroke(x, low, x, high), stroke(x - 4, low, x + 4, low), stroke(x - 4, high, x + 4, high)],
    };
  },
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
