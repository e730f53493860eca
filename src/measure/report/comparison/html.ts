import { type ComparisonResult, suitabilityText } from '../../comparison/index.ts';
import { escapeHtml } from '../format.ts';
import { pageOf, SYNTHETIC_NOTE, sectionOf } from '../page.ts';
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
  const { suitability, summary } = result;
  const command = escapeHtml(result.command);
  const section = {
    title: `Comparison of ${result.variants.map((variant) => variant.summary.name).join(', ')}`,
    lead: comparisonSummary(result),
    notes: [
      ...(suitability.warning === undefined ? [] : [suitability.warning]),
      ...(result.synthetic ? [SYNTHETIC_NOTE] : []),
      ...result.notes,
    ],
    facts: [
      ['Measured', result.comparedAt],
      ['Questions', `${summary.questions} of ${result.source}, ${summary.judged} with relevant documents`],
      ['Answerable', suitabilityText(suitability)],
      ['Timed rounds', String(result.rounds)],
      ['Machine', environment.machine],
      ['Version', environment.version],
    ],
    charts: comparisonCharts(result),
    tables: comparisonTables(result),
    footer: `Repeat the measurement: <code>${command}</code>; every figure at full precision: <code>${command} --json</code>`,
  } as const;
  return pageOf(section.title, sectionOf(section, 0));
}
