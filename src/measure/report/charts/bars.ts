import { axis, type Chart } from './chart.ts';
import { MUTED, renderChart, seriesColour } from './render.ts';

/** Maximum length of a name next to a bar, in text columns, and the width reserved for it, in pixels. */
export const LABEL_COLUMNS = 16;
export const LABEL_WIDTH = 132;

/** Horizontal bars, one per label, each divided into the values of the series. */
interface BarChart extends Pick<Chart, 'id' | 'title' | 'caption'> {
  readonly unit: string;
  readonly labels: readonly string[];
  /** Series without a name are not in the legend. */
  readonly series: readonly {
    readonly name?: string;
    readonly colour: number;
    readonly data: readonly number[];
  }[];
  readonly max?: number;
  readonly rowHeight?: number;
  readonly barMaxWidth?: number;
}

export function barChart({
  unit,
  labels,
  series,
  max,
  rowHeight = 34,
  barMaxWidth = 22,
  ...texts
}: BarChart): Chart {
  return {
    ...texts,
    ...renderChart({
      legend: series.flatMap(({ name }) => name ?? []),
      left: LABEL_WIDTH,
      height: rowHeight * labels.length,
      option: {
        xAxis: axis(unit, { type: 'value', max }),
        yAxis: axis('', {
          type: 'category',
          inverse: true,
          data: labels,
          axisLabel: { color: MUTED, interval: 0 },
        }),
        series: series.map(({ name, colour, data }) => ({
          name,
          type: 'bar',
          stack: 'all',
          barMaxWidth,
          color: seriesColour(colour),
          data,
        })),
      },
    }),
  };
}
