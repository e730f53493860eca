import { type ComparisonResult, suitabilityText } from '../../comparison/index.ts';
import { escapeHtml } from '../format.ts';
import { factsOf, figureOf, pageOf, tableOf } from '../page.ts';
import { comparisonCharts } from './charts.ts';
import { comparisonSummary } from './summary.ts';
import { comparisonTables } from './tables.ts';

/** The environment of a comparison. */
export interface ComparisonEnvironment {
  readonly machine: string;
  readonly version: string;
}

/** A comparison of index kinds as one HTML file without scripts or external requests. Texts are escaped. */
export function comparisonHtml(result: ComparisonResult, environment: ComparisonEnvironment): string {
  const { suitability, notes, command } = result;
  const title = `Comparison of ${result.variants.map(({ summary }) => summary.name).join(', ')}`;
  const remarks = [
    ...(suitability.warning === undefined ? [] : [suitability.warning]),
    ...(result.synthetic
      ? ['The questions are synthetic: they were drafted from the collection itself.']
      : []),
    ...notes,
  ];
  return pageOf(
    title,
    `<section aria-labelledby="report-0">
<h1 id="report-0">${escapeHtml(title)}</h1>
<p class="lead">${comparisonSummary(result).map(escapeHtml).join(' ')}</p>
${remarks.map((remark) => `<p><strong>Note.</strong> ${escapeHtml(remark)}</p>`).join('\n')}
${factsOf([
  ['Measured', result.comparedAt],
  [
    'Questions',
    `${result.summary.questions} of ${result.source}, ${result.summary.judged} with relevant documents`,
  ],
  ['Answerable', suitabilityText(suitability)],
  ['Timed rounds', String(result.rounds)],
  ['Machine', environment.machine],
  ['Version', environment.version],
])}
<h2>Charts</h2>
<div class="charts">
${comparisonCharts(result)
  .map((chart) => figureOf(chart, 0))
  .join('\n')}
</div>
${comparisonTables(result)
  .map((table, index) => tableOf(table, `table-0-${index}`))
  .join('\n')}
<p class="muted">Repeat the measurement: <code>${escapeHtml(command)}</code>; every figure at full precision: <code>${escapeHtml(command)} --json</code></p>
</section>`,
  );
}
