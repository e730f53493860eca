export type { Chart } from './charts/chart.ts';
export { chartsOf } from './charts/charts.ts';
export { standaloneSvg } from './charts/render.ts';
export * from './comparison/index.ts';
export * from './csv.ts';
export * from './html.ts';
export * from './markdown.ts';
export * from './model.ts';
export * from './summary.ts';
