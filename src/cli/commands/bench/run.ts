import type { Command } from 'commander';
import { type CommonOptions, runCommand, withCommonOptions } from '../../context.ts';

interface RunOptions extends CommonOptions {
  readonly output?: string;
  readonly resume?: string;
}

/** `srag bench run EXPERIMENT` */
export function benchRunCommand(bench: Command): void {
  withCommonOptions(bench.command('run'))
    .description('Send the same questions to every variant under rising load until the figures converge')
    .argument('[experiment]', 'declaration: a .yaml, .json, .ts or .js file')
    .option('--output <file>', 'result file (default: next to the declaration, NAME.results.jsonl)')
    .option('--resume <file>', 'continue the result file of an interrupted run')
    .addHelpText(
      'after',
      `
Missing indexes are built once for each variant; nothing is published.
Exit codes: 0 done, 1 a threshold was missed, 2 wrong usage, 3 the run was interrupted or its budget is spent.

Examples:
  $ srag bench init
  $ srag bench run experiment.yaml
  $ srag bench run --resume experiment.results.jsonl
`,
    )
    .action((file: string | undefined, options: RunOptions) =>
      runCommand(options, async (context) => {
        const { benchRun } = await import('../../bench/run.ts');
        return benchRun(context, file, options);
      }),
    );
}
