import { chartsOf } from './charts/charts.ts';
import { escapeHtml } from './format.ts';
import type { ExperimentReport } from './model.ts';
import { factsOf, figureOf, pageOf, tableOf } from './page.ts';
import { summaryOf } from './summary.ts';
import { tablesOf } from './tables.ts';

/**
 * A report as one HTML file without external requests: light, dark and printable. Texts of declarations, names and
 * questions are escaped.
 * @param command the command line that recreates the report
 */
export function htmlOf(reports: readonly ExperimentReport[], command: string): string {
  const title = reports.map(({ header }) => header.name).join(', ');
  return pageOf(title, reports.map((report, index) => sectionOf(report, index, command)).join('\n'));
}

function sectionOf(report: ExperimentReport, number: number, command: string): string {
  const { header, interrupted } = report;
  const warnings = [
    ...(interrupted === 0
      ? []
      : [`${interrupted.toLocaleString('en-US')} requests of interrupted blocks are left out.`]),
    ...(header.questions.synthetic
      ? ['The questions are synthetic: they were drafted from the collection itself.']
      : []),
  ];
  return `<section aria-labelledby="report-${number}">
<h1 id="report-${number}">${escapeHtml(header.name)}</h1>
<p class="lead">${summaryOf(report).map(escapeHtml).join(' ')}</p>
${warnings.map((warning) => `<p><strong>Note.</strong> ${escapeHtml(warning)}</p>`).join('\n')}
${setUp(report)}
<h2>Charts</h2>
<div class="charts">
${chartsOf(report)
  .map((chart) => figureOf(chart, number))
  .join('\n')}
</div>
${tablesOf(report)
  .map((table, index) => tableOf(table, `table-${number}-${index}`))
  .join('\n')}
<p class="muted">Every figure is computed from the raw samples in <code>${escapeHtml(report.path)}</code>. Repeat: <code>${escapeHtml(command)}</code>; all figures at full precision: <code>${escapeHtml(command)} --csv figures.csv</code></p>
</section>`;
}

function setUp({ header, samples }: ExperimentReport): string {
  const { environment, questions, target } = header;
  const facts: readonly (readonly [string, string])[] = [
    ['Measured', header.startedAt],
    ['Requests', samples.toLocaleString('en-US')],
    ['Questions', `${questions.list.length} of ${questions.source}`],
    ['Target', target.description],
    [
      'Machine',
      [
        environment.cpu,
        environment.cores === undefined ? undefined : `${environment.cores} cores`,
        environment.node,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    [
      'Version',
      `srag ${header.srag}${header.commit === undefined ? '' : `, commit ${header.commit}`}, seed ${header.seed}`,
    ],
  ];
  return factsOf(facts);
}
