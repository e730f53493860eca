import { breakEvenSentences, type ComparedCosts, workloadText } from '../../cost/index.ts';
import { escapeHtml } from '../format.ts';
import { pageOf, sectionOf } from '../page.ts';
import { costCharts } from './charts.ts';
import { costTables } from './tables.ts';

/**
 * Costs of backends as one HTML file without scripts or external requests. Texts are escaped.
 * @param command the command line that computes it again
 */
export function costHtml(compared: ComparedCosts, command: string): string {
  const { costs, scene, measured, results } = compared;
  const [lowest] = costs;
  const cheapest = costs.reduce((least, one) => (one.usdPerMonth < least.usdPerMonth ? one : least));
  const section = {
    title: 'Cost of index backends',
    lead: [
      `${lowest!.backend} has the lowest idle cost ($${lowest!.idleUsdPerMonth.toFixed(2)} per month), and ${cheapest === lowest ? 'also' : cheapest.backend} costs least for this workload ($${cheapest.usdPerMonth.toFixed(2)} per month).`,
      ...breakEvenSentences(
        costs.map(({ backend }) => backend),
        scene,
      ),
    ],
    notes: costs.some(({ unpriced }) => unpriced !== undefined)
      ? [
          `Lines without a price are not included: ${[...new Set(costs.flatMap(({ unpriced = [] }) => unpriced))].join(', ')}.`,
        ]
      : [],
    facts: [
      ['Workload', workloadText(scene.workload)],
      ['Region', `${scene.prices.region}, prices ${scene.prices.id}`],
      [
        'Measured',
        results === undefined
          ? 'nothing: figures are assumed'
          : `${measured.map(({ backend }) => backend).join(', ')} in ${results}`,
      ],
    ],
    charts: costCharts(compared),
    tables: costTables(compared),
    footer: `Compute it again: <code>${escapeHtml(command)}</code>; every figure at full precision: <code>--json</code>`,
  } as const;
  return pageOf(section.title, sectionOf(section, 0));
}
