import { join } from 'node:path';
import type { Command } from 'commander';
import { type CommandResult, type CommonOptions, runCommand, withCommonOptions } from '../context.ts';
import { writeNamedFile } from '../write-file.ts';

interface ReportOptions extends CommonOptions {
  readonly output?: string;
  readonly markdown?: string;
  readonly csv?: string;
  readonly charts?: string;
}

/** `srag report RESULT...` */
export function reportCommand(program: Command): void {
  withCommonOptions(program.command('report'))
    .description('Write a report of experiments: charts and figures, each computed from the raw samples')
    .argument('<results...>', 'result files of srag bench run')
    .option('--output <file>', 'HTML file (default: next to the first result, with .html)')
    .option('--markdown <file>', 'also write the tables as Markdown')
    .option('--csv <file>', 'also write every figure at full precision')
    .option('--charts <dir>', 'also write every chart as an SVG file')
    .addHelpText(
      'after',
      `
The HTML file is self-contained: no network, no scripts. It follows the reader's light or dark theme.

Examples:
  $ srag report experiment.results.jsonl
  $ srag report before.results.jsonl after.results.jsonl --output both.html --csv figures.csv
`,
    )
    .action((results: string[], options: ReportOptions) =>
      runCommand(options, () => writeReports(results, options)),
    );
}

async function writeReports(results: readonly string[], options: ReportOptions): Promise<CommandResult> {
  const { openResultFile } = await import('../../measure/index.ts');
  // Imported lazily: other commands do not need the large chart library.
  const { chartsOf, csvOf, htmlOf, markdownOf, reportOf, standaloneSvg, summaryOf } = await import(
    '../../measure/report/index.ts'
  );
  const reports = [];
  for (const path of results) reports.push(await reportOf(await openResultFile(path)));
  const output = options.output ?? `${results[0]!.replace(/\.jsonl$/, '')}.html`;
  const command = `srag report ${results.join(' ')}`;
  const written = [await writeNamedFile('output', output, htmlOf(reports, command))];
  if (options.markdown !== undefined)
    written.push(await writeNamedFile('markdown', options.markdown, markdownOf(reports)));
  if (options.csv !== undefined) written.push(await writeNamedFile('csv', options.csv, csvOf(reports)));
  if (options.charts !== undefined) {
    for (const [index, report] of reports.entries())
      for (const { id, svg } of chartsOf(report)) {
        const name = reports.length === 1 ? `${id}.svg` : `${index + 1}-${id}.svg`;
        written.push(await writeNamedFile('charts', join(options.charts, name), standaloneSvg(svg)));
      }
  }
  const summaries = reports.map(summaryOf);
  return {
    json: { written, summaries },
    text: [...summaries.flat().filter((line) => line !== ''), ...written.map((path) => `Wrote ${path}`)].join(
      '\n',
    ),
  };
}
