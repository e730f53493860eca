import type { Calibration } from '../../src/measure/index.ts';
import { axis, yAxis } from '../../src/measure/report/charts/chart.ts';
import { MUTED, renderChart, seriesColour, standaloneSvg } from '../../src/measure/report/charts/render.ts';

/** Share of right answers by confidence, as SVG; the area of a point is proportional to the number of answers. */
export function reliabilityDiagram({ bins }: Calibration): string {
  const most = Math.max(...bins.map(({ count }) => count));
  const { svg } = renderChart({
    legend: ['answers', 'perfect'],
    option: {
      xAxis: axis('confidence', { type: 'value', min: 0, max: 1 }),
      yAxis: yAxis('share of right answers', { type: 'value', min: 0, max: 1 }),
      series: [
        {
          name: 'perfect',
          type: 'line',
          color: MUTED,
          symbol: 'none',
          lineStyle: { type: 'dashed' },
          data: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          name: 'answers',
          type: 'scatter',
          color: seriesColour(0),
          data: bins.map(({ meanConfidence, right, count }) => ({
            value: [meanConfidence, right],
            symbolSize: 30 * Math.sqrt(count / most),
            label: { show: true, position: 'right', formatter: String(count), color: MUTED },
          })),
        },
      ],
    },
  });
  return standaloneSvg(svg);
}
