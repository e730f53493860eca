import type { Chart } from './charts/chart.ts';
import { colourVariables } from './charts/render.ts';
import { escapeHtml } from './format.ts';
import type { ReportTable } from './tables.ts';

/** Cells with more characters than this are wrapped. */
const LONG_CELL = 44;
/** In tables with more columns than this, cells are wrapped so that the table fits on the page. */
const MANY_COLUMNS = 8;

const STYLE = `
:root{color-scheme:light dark;--page:#fff;--panel:#f6f7f9;${colourVariables('light')}}
@media (prefers-color-scheme:dark){:root{--page:#14171b;--panel:#1c2026;${colourVariables('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--c11);font:16px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.8rem;line-height:1.2;margin:32px 0 8px}h2{font-size:1.25rem;margin:40px 0 8px}h3{font-size:1rem;margin:0 0 4px}
p{margin:8px 0}a{color:var(--c01)}code{font:0.9em ui-monospace,monospace;overflow-wrap:anywhere}
.lead{font-size:1.1rem}.muted{color:var(--c12)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px;margin-top:16px}
figure{margin:0;padding:16px;background:var(--panel);border-radius:8px;break-inside:avoid;min-width:0}
figure svg{display:block;width:100%;height:auto}figure svg.narrow{display:none}@media screen and (max-width:480px){figure svg.wide{display:none}figure svg.narrow{display:block}figure{padding:16px 8px}}figcaption{color:var(--c12);font-size:.85rem;margin-top:8px}
.scroll{overflow-x:auto;border-radius:8px}.scroll:focus-visible{outline:2px solid var(--c01)}
table{border-collapse:collapse;font-size:.85rem;width:100%}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--c13);vertical-align:top;white-space:nowrap}td.text{white-space:normal;min-width:30rem}table.many th,table.many td{white-space:normal;padding:6px}
th{background:var(--panel)}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:.9rem}dt{color:var(--c12)}dd{margin:0;overflow-wrap:anywhere}
@media print{:root{--page:#fff;--panel:#fff;${colourVariables('light')}}main{max-width:none;padding:0}@page{size:A4 landscape;margin:12mm}.charts{grid-template-columns:1fr 1fr}figure{padding:0}.scroll{overflow:visible}table{font-size:7pt}th,td,td.text{padding:2px 4px;min-width:0;white-space:normal}}
`;

/**
 * One HTML file without scripts or external requests: light, dark and printable.
 * @param body HTML with escaped texts
 */
export const pageOf = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

/** One report of a page. Its texts are escaped here, except the footer. */
export interface ReportSection {
  readonly title: string;
  readonly lead: readonly string[];
  readonly notes: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
  /** HTML. */
  readonly footer: string;
}

export const sectionOf = (
  { title, lead, notes, facts, charts, tables, footer }: ReportSection,
  number: number,
): string => `<section aria-labelledby="report-${number}">
<h1 id="report-${number}">${escapeHtml(title)}</h1>
<p class="lead">${lead.map(escapeHtml).join(' ')}</p>
${notes.map((note) => `<p><strong>Note.</strong> ${escapeHtml(note)}</p>`).join('\n')}
${factsOf(facts)}
<h2>Charts</h2>
<div class="charts">
${charts.map((chart) => figureOf(chart, number)).join('\n')}
</div>
${tables.map((table, index) => tableOf(table, `table-${number}-${index}`)).join('\n')}
<p class="muted">${footer}</p>
</section>`;

/** Shown if the questions were drafted by srag. */
export const SYNTHETIC_NOTE = 'The questions are synthetic: they were drafted from the collection itself.';

/** Names and values of a set-up as a definition list. */
const factsOf = (facts: readonly (readonly [string, string])[]): string =>
  `<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`;

/** A chart with title and caption. */
const figureOf = ({ id, title, caption, svg, narrowSvg }: Chart, number: number): string =>
  `<figure id="chart-${number}-${id}"><h3>${escapeHtml(title)}</h3>${labelled(svg, title, 'wide')}${labelled(narrowSvg, title, 'narrow')}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;

const labelled = (svg: string, title: string, kind: 'wide' | 'narrow'): string =>
  svg.replace('<svg ', `<svg class="${kind}" role="img" aria-label="${escapeHtml(title)}" `);

/** A table that scrolls within the page. */
const tableOf = ({ title, columns, rows, note }: ReportTable, id: string): string =>
  `<h2 id="${id}">${escapeHtml(title)}</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}"><table${columns.length > MANY_COLUMNS ? ' class="many"' : ''}><thead><tr>${columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((value) => `<td${value.length > LONG_CELL ? ' class="text"' : ''}>${escapeHtml(value)}</td>`).join('')}</tr>`).join('')}</tbody></table></div>
<p class="muted">${escapeHtml(note)}</p>`;
