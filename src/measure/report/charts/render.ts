import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import type { EChartsCoreOption } from 'echarts/core';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

/**
 * Colours of charts. ECharts gets marks that stand for them; the page replaces these by CSS variables, so that a chart
 * follows the page's theme, and a picture by fixed colours. Series: Okabe and Ito's palette (2008), safe for colour-blind
 * readers.
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

/** Colour of series number `index`. */
export const seriesColour = (index: number): string => SERIES[index % SERIES.length]!;

export const CHART_WIDTH = 720;
export const CHART_HEIGHT = 320;

/** Draws a chart as SVG whose colours are CSS variables (`--c01`, ...). */
export function renderChart(option: EChartsCoreOption, height = CHART_HEIGHT): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: INK },
    grid: { left: 64, right: 24, top: 48, bottom: 56 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return withoutHoverStyles(svg)
    .replaceAll(/#a000(\d\d)/gi, 'var(--c$1)')
    .replace(/^<svg [^>]*>/, (open) => open.replace(/ width="\d+" height="\d+"/, ''));
}

/** Charts of a page without scripts do not react to a pointer. */
function withoutHoverStyles(svg: string): string {
  const start = svg.indexOf('<style');
  const end = svg.indexOf('</style>');
  return start < 0 || end < 0 ? svg : svg.slice(0, start) + svg.slice(end + '</style>'.length);
}

/** CSS variables of the colours in light and dark. */
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

/** A chart as a picture of its own: fixed colours on white. */
export const standaloneSvg = (svg: string): string =>
  svg
    .replaceAll(/var\(--c(\d\d)\)/g, (_, number: string) => COLOURS[`#a000${number}` as keyof typeof COLOURS])
    .replace(/>/, '><rect width="100%" height="100%" fill="#ffffff"/>');
