import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import type { EChartsCoreOption } from 'echarts/core';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { columnsOf, shortNames } from '../format.ts';

echarts.use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

/**
 * Colours of charts. ECharts gets placeholders: the page replaces them by CSS variables, so that charts
 * follow its theme, and standalone pictures replace them by fixed colours. Series use Okabe and Ito's palette
 * (2008), which is safe for colour-blind readers.
 */
const COLOURS = {
  '#a00001': '#0072b2',
  '#a00002': '#d55e00',
  '#a00003': '#009e73',
  '#a00004': '#cc79a7',
  '#a00005': '#b38600',
  '#a00006': '#3b9fd1',
  '#a00011': '#1a1d21',
  '#a00012': '#59616b',
  '#a00013': '#d9dee4',
} as const;

export const INK = '#a00011';
export const MUTED = '#a00012';
export const GRID = '#a00013';
const SERIES = ['#a00001', '#a00002', '#a00003', '#a00004', '#a00005', '#a00006'];

export const SERIES_COLOURS = SERIES.length;

/** Colour of series number `index`. */
export const seriesColour = (index: number): string => SERIES[index % SERIES.length]!;

/** Widths in CSS pixels at which charts are drawn, so that texts are readable on wide and narrow screens. */
const WIDTHS = { wide: 540, narrow: 326 } as const;
const PLOT_HEIGHT = 250;
/** Height of a legend row. */
const ROW_HEIGHT = 18;
const LEGEND_COLUMNS = 40;
const [LEFT, RIGHT, BOTTOM] = [62, 22, 54];

/** Input of {@link renderChart}. */
export interface ChartParts {
  readonly option: EChartsCoreOption;
  /** Names of series, in the order of the legend. */
  readonly legend: readonly string[];
  /** Height of the plot area. */
  readonly height?: number;
  /** Width of the space left of the plot area. */
  readonly left?: number;
  /** Whether the legend shows the dashes of lines, which tell apart lines of one colour. */
  readonly hasLineLegend?: boolean;
}

/** Draws a chart for wide and narrow screens, as SVG whose colours are CSS variables (`--c01`, ...). */
export const renderChart = (parts: ChartParts): { readonly svg: string; readonly narrowSvg: string } => ({
  svg: drawn(parts, WIDTHS.wide),
  narrowSvg: drawn(parts, WIDTHS.narrow),
});

function drawn(
  { option, legend, height = PLOT_HEIGHT, left = LEFT, hasLineLegend = false }: ChartParts,
  width: number,
): string {
  const names = [...new Set(legend)];
  const short = shortNames(names, LEGEND_COLUMNS);
  // Text widths are estimated without a browser: names that may not fit into one row get one row each.
  const rowWidth = short.reduce((sum, name) => sum + 44 + 8 * columnsOf(name), 0);
  const isRow = rowWidth < width - 20;
  const top = 16 + ROW_HEIGHT * (isRow ? Math.min(1, names.length) : names.length);
  const whole = top + height + BOTTOM;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: whole });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: INK },
    grid: { left, right: RIGHT, top, bottom: BOTTOM },
    legend: {
      data: names,
      formatter: (name: string) => short[names.indexOf(name)],
      orient: isRow ? 'horizontal' : 'vertical',
      top: 0,
      left: 8,
      padding: 0,
      textStyle: { color: INK, lineHeight: 14 },
      ...(hasLineLegend ? { itemWidth: 30 } : { icon: 'roundRect', itemWidth: 14 }),
      itemHeight: 8,
      itemGap: isRow ? 24 : ROW_HEIGHT - 14,
    },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return withoutHoverStyles(svg)
    .replaceAll(/#a000(\d\d)/gi, 'var(--c$1)')
    .replace(/^<svg [^>]*>/, (open) => open.replace(/ width="\d+" height="\d+"/, ''));
}

/** Removes hover styles, which have no use on a page without scripts. */
function withoutHoverStyles(svg: string): string {
  const start = svg.indexOf('<style');
  const end = svg.indexOf('</style>');
  return start < 0 || end < 0 ? svg : svg.slice(0, start) + svg.slice(end + '</style>'.length);
}

/** CSS variables of the colours for a theme. */
export const colourVariables = (theme: 'light' | 'dark'): string =>
  Object.entries(COLOURS)
    .map(([mark, light]) => `--c${mark.slice(-2)}:${theme === 'light' ? light : (DARK[mark] ?? light)}`)
    .join(';');

const DARK: Readonly<Record<string, string>> = {
  '#a00001': '#56b4e9',
  '#a00002': '#ff8f4d',
  '#a00003': '#2fc79a',
  '#a00004': '#e79fc7',
  '#a00005': '#f0c541',
  '#a00006': '#9ad4f5',
  '#a00011': '#eceff3',
  '#a00012': '#a3adb8',
  '#a00013': '#3a424c',
};

/** A chart as a standalone picture: fixed colours on white. */
export const standaloneSvg = (svg: string): string =>
  svg
    .replaceAll(/var\(--c(\d\d)\)/g, (_, number: string) => COLOURS[`#a000${number}` as keyof typeof COLOURS])
    .replace(/>/, '><rect width="100%" height="100%" fill="#ffffff"/>');
