import type { ExperimentReport } from './model.ts';
import { summaryOf } from './summary.ts';
import { tablesOf } from './tables.ts';

/** A report as Markdown: summary, set-up and tables. */
export const markdownOf = (reports: readonly ExperimentReport[]): string =>
  `${reports.map(sectionOf).join('\n\n')}\n`;

function sectionOf(report: ExperimentReport): string {
  const { header, samples } = report;
  return [
    `# ${escapeMarkdown(header.name)}`,
    summaryOf(report)
      .filter((sentence) => sentence !== '')
      .map(escapeMarkdown)
      .join(' '),
    `Measured ${header.startedAt} on ${escapeMarkdown(header.target.description)}; ${samples.toLocaleString('en-US')} requests, seed ${header.seed}, srag ${header.srag}${header.commit === undefined ? '' : `, commit ${escapeMarkdown(header.commit)}`}.`,
    ...tablesOf(report).map(({ title, columns, rows, note }) =>
      [
        `## ${title}`,
        [columns, columns.map(() => '---'), ...rows]
          .map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`)
          .join('\n'),
        escapeMarkdown(note),
      ].join('\n\n'),
    ),
  ].join('\n\n');
}

/** Escapes text so that Markdown shows it literally. */
const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ');
