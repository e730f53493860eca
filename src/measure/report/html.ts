import { chartsOf } from './charts/charts.ts';
import { escapeHtml } from './format.ts';
import type { ExperimentReport } from './model.ts';
import { pageOf, type ReportSection, SYNTHETIC_NOTE, sectionOf } from './page.ts';
import { summaryOf } from './summary.ts';
import { tablesOf } from './tables.ts';

/**
 * A report as one HTML file without external requests: light, dark and printable. Texts of declarations, names and
 * questions are escaped.
 * @param command the command line that recreates the report
 */
export function htmlOf(reports: readonly ExperimentReport[], command: string): string {
  const title = reports.map(({ header }) => header.name).join(', ');
  return pageOf(
    title,
    reports.map((report, index) => sectionOf(experimentSection(report, command), index)).join('\n'),
  );
}

const experimentSection = (report: ExperimentReport, command: string): ReportSection => ({
  title: report.header.name,
  lead: summaryOf(report),
  notes: [
    ...(report.interrupted === 0
      ? []
      : [`${report.interrupted.toLocaleString('en-US')} requests of interrupted blocks are left out.`]),
    ...(report.header.questions.synthetic ? [SYNTHETIC_NOTE] : []),
  ],
  facts: setUp(report),
  charts: chartsOf(report),
  tables: tablesOf(report),
  footer: `Every figure is computed from the raw samples in <code>${escapeHtml(report.path)}</code>. Repeat: <code>${escapeHtml(command)}</code>; all figures at full precision: <code>${escapeHtml(command)} --csv figures.csv</code>`,
});

function setUp({ header, samples }: ExperimentReport): ReportSection['facts'] {
  const { environment, questions, target } = header;
  const cores = environment.cores === undefined ? undefined : `${environment.cores} cores`;
  const commit = header.commit === undefined ? '' : `, commit ${header.commit}`;
  return [
    ['Measured', header.startedAt],
    ['Requests', samples.toLocaleString('en-US')],
    ['Questions', `${questions.list.length} of ${questions.source}`],
    ['Target', target.description],
    ['Machine', [environment.cpu, cores, environment.node].filter(Boolean).join(', ')],
    ['Version', `srag ${header.srag}${commit}, seed ${header.seed}`],
  ];
}
