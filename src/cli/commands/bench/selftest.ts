import type { Command } from 'commander';
import { printableJson } from '../../../core/index.ts';
import { EXIT } from '../../context.ts';
import { Progress } from '../../progress.ts';
import { selftestText } from '../../selftest-text.ts';
import { print } from '../../terminal.ts';

interface SelftestCommandOptions {
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** `srag bench selftest` */
export function benchSelftestCommand(bench: Command): void {
  bench
    .command('selftest')
    .description('Verify the measurements against a server and simulations with known results')
    .option('--quick', 'shorter load, and 200 simulated runs instead of 1,000')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Exit code 1: a figure deviates by more than 2 %, or 95 % intervals contain the true value in less than 93 % or more than
97 % of 1,000 simulated runs.
`,
    )
    .action(async ({ quick, json }: SelftestCommandOptions) => {
      const { runSelftest } = await import('../../../measure/index.ts');
      const abort = new AbortController();
      const interrupt = (): void => abort.abort();
      let [progress, current] = [new Progress(), ''];
      process.once('SIGINT', interrupt);
      try {
        const report = await runSelftest({
          quick: quick === true,
          signal: abort.signal,
          onProgress: (part, done, total) => {
            // The remaining time is estimated per part.
            if (part !== current) [progress, current] = [new Progress(), part];
            progress.update(part, done, total);
          },
        });
        progress.end();
        await print(json === true ? printableJson(report, 2) : selftestText(report));
        process.exitCode = report.passed ? EXIT.done : EXIT.failed;
      } finally {
        progress.end();
        process.off('SIGINT', interrupt);
      }
    });
}
