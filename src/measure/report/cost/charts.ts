import {
  atRate,
  atRows,
  type ComparedCosts,
  logSteps,
  monthlyUsd,
  RATE_RANGE,
  ROWS_RANGE,
  type Workload,
} from '../../cost/index.ts';
import { type Chart, logAxis, yAxis } from '../charts/chart.ts';
import { MUTED, renderChart, SERIES_COLOURS, seriesColour } from '../charts/render.ts';

/** Steps of a line: 16 per decade of the longer range. */
const STEPS = 112;
/** Styles of lines that have the same colour. */
const DASHES = ['solid', 'dashed', 'dotted'] as const;
const HERE = 'this workload';
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
/** `100K` instead of `100,000`, so that labels do not overlap. */
const SHORT_LABELS = {
  color: MUTED,
  hideOverlap: true,
  formatter: (value: number) => SHORT.format(value),
};

/** The cost of a month over the request rate and over the size of the corpus. */
export const costCharts = (compared: ComparedCosts): readonly Chart[] => {
  const { workload } = compared.scene;
  return [
    curves(compared, {
      id: 'rate',
      title: 'Cost of a month over the request rate',
      caption: `${workload.rows.toLocaleString('en-US')} chunks; the peak keeps its ratio to the mean. Lines cross where the order of costs changes.`,
      axis: 'mean requests/s',
      range: RATE_RANGE,
      here: workload.requestsPerSecond,
      vary: (rate) => atRate(workload, rate),
    }),
    curves(compared, {
      id: 'rows',
      title: 'Cost of a month over the size of the corpus',
      caption: `${Number(workload.requestsPerSecond.toPrecision(3))} requests/s; updates keep their share of the chunks, and measured times stay as they are. Steps are larger instances and further units.`,
      axis: 'chunks',
      range: ROWS_RANGE,
      here: workload.rows,
      vary: (rows) => atRows(workload, rows),
    }),
  ];
};

interface Curves extends Pick<Chart, 'id' | 'title' | 'caption'> {
  readonly axis: string;
  readonly range: readonly [number, number];
  /** The value of the workload, which a vertical line marks if it is in the range. */
  readonly here: number;
  readonly vary: (value: number) => Workload;
}

function curves({ costs, scene }: ComparedCosts, { axis, range, here, vary, ...texts }: Curves): Chart {
  const lines = costs.map(({ backend }) => ({
    name: backend,
    data: logSteps(range, STEPS).map((value) => [
      value,
      monthlyUsd(backend, { ...scene, workload: vary(value) }),
    ]),
  }));
  const values = lines.flatMap(({ data }) => data.map(([, usd = 0]) => usd));
  const isMarked = here >= range[0] && here <= range[1];
  return {
    ...texts,
    ...renderChart({
      legend: [...lines.map(({ name }) => name), ...(isMarked ? [HERE] : [])],
      hasLineLegend: true,
      height: 320,
      option: {
        xAxis: { ...logAxis(axis), axisLabel: SHORT_LABELS },
        yAxis: yAxis('USD per month', { type: 'log', axisLabel: SHORT_LABELS }),
        series: [
          ...lines.map((line, index) => ({
            ...line,
            type: 'line',
            symbol: 'none',
            color: seriesColour(index),
            lineStyle: { width: 2, type: DASHES[Math.floor(index / SERIES_COLOURS) % DASHES.length] },
          })),
          ...(isMarked ? [marker(here, values)] : []),
        ],
      },
    }),
  };
}

const marker = (at: number, values: readonly number[]): object => ({
  name: HERE,
  type: 'line',
  symbol: 'none',
  color: MUTED,
  lineStyle: { width: 1, type: 'dashed' },
  data: [
    [at, values.reduce((least, usd) => Math.min(least, usd))],
    [at, values.reduce((most, usd) => Math.max(most, usd))],
  ],
});
