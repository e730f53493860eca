import type { Command } from 'commander';
import { printableJson, SragError } from '../../../core/index.ts';
import type { ReadSteps } from '../../../measure/index.ts';
import { comparisonText } from '../../bench/comparison-text.ts';
import { EXIT } from '../../context.ts';
import { numberOption } from '../../options.ts';
import { print } from '../../terminal.ts';

interface CompareOptions {
  readonly tolerance: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `srag bench compare BEFORE AFTER` */
export function benchCompareCommand(bench: Command): void {
  bench
    .command('compare')
    .description('Compare two runs of an experiment, and report which figures changed by more than chance')
    .argument('<before>', 'result file of srag bench run')
    .argument('<after>', 'result file of the same experiment, run again')
    .option(
      '--tolerance <percent>',
      'tolerated worsening in % (percentage points for the success rate)',
      numberOption,
      5,
    )
    .option('--force', 'compare runs even if questions, load or storage differ')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Exit codes: 0 no figure is significantly worse by more than the tolerance, 1 a figure is, or a file cannot be read,
2 wrong usage, or runs that cannot be compared.

Example:
  $ srag bench compare main.results.jsonl branch.results.jsonl --tolerance 10
`,
    )
    .action(compareRuns);
}

async function compareRuns(before: string, after: string, options: CompareOptions): Promise<void> {
  const { tolerance, force = false, json } = options;
  if (!(tolerance >= 0 && tolerance < 1_000)) {
    throw new SragError('INVALID_ARGUMENT', `--tolerance is ${tolerance}.`, {
      remedy: 'Use a percentage of at least 0 and less than 1000.',
      fields: { field: 'tolerance', value: tolerance },
    });
  }
  const { comparability, compareResults, openResultFile, readSteps } = await import(
    '../../../measure/index.ts'
  );
  const files = [await openResultFile(before), await openResultFile(after)] as const;
  const { obstacles, notes } = comparability(files[0].header, files[1].header);
  if (obstacles.length > 0 && !force) {
    throw new SragError('SETTINGS_MISMATCH', `The runs cannot be compared. ${obstacles.join(' ')}`, {
      remedy:
        'Run the same declaration twice, or use --force to compare only the steps that both runs contain.',
      fields: { differences: obstacles },
    });
  }
  const [a, b] = [await readSteps(files[0]), await readSteps(files[1])];
  const comparison = compareResults(a, b, tolerance / 100);
  if (comparison.figures.length === 0) throw nothingInCommon(before, after, comparison.missing);
  const all = [...obstacles, ...notes, ...comparison.missing, ...losses(before, a), ...losses(after, b)];
  const worsened = comparison.figures.some(({ isWorsening }) => isWorsening);
  await print(
    json === true
      ? printableJson({ before, after, tolerance: tolerance / 100, worsened, ...comparison, notes: all }, 2)
      : comparisonText(comparison, tolerance / 100, all),
  );
  process.exitCode = worsened ? EXIT.failed : EXIT.done;
}

const nothingInCommon = (before: string, after: string, missing: readonly string[]): SragError =>
  new SragError(
    'TOO_FEW_SAMPLES',
    `${before} and ${after} have no measured step of a variant in common. ${missing.join(' ')}`,
    {
      remedy: 'Give variants the same names in both declarations, and complete both runs.',
      fields: { missing },
    },
  );

/** Notes about the incomplete parts of a result file. */
const losses = (path: string, { interrupted, truncatedAt }: ReadSteps): string[] => [
  ...(interrupted === 0 ? [] : [`${interrupted} requests of interrupted blocks of ${path} are left out.`]),
  ...(truncatedAt === undefined ? [] : [`${truncatedAt} was truncated when the run ended, and is left out.`]),
];
