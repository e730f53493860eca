import { basename, extname, join, resolve } from 'node:path';
import { isRedacted, SragError } from '../../core/index.ts';
import {
  type Experiment,
  experimentSchema,
  openResultFile,
  prepareResume,
  type ReadExperiment,
  type ReadSteps,
  type ResultHeader,
  ResultWriter,
  readExperiment,
  readQuestions,
  readSteps,
  runExperiment,
  StepTable,
  type Target,
} from '../../measure/index.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { openTargets } from './open-targets.ts';
import { resultHeader } from './result-header.ts';
import { RunLine } from './run-line.ts';
import { runSummary } from './run-summary.ts';

/** Options of `srag bench run`. */
export interface BenchRunOptions {
  /** The result file. Default: next to the declaration, `NAME.results.jsonl`. */
  readonly output?: string | undefined;
  /** Result file of an interrupted run to continue. */
  readonly resume?: string | undefined;
  readonly config?: string | undefined;
}

/** Runs an experiment and writes its result file. */
export async function benchRun(
  context: CommandContext,
  file: string | undefined,
  options: BenchRunOptions,
): Promise<CommandResult> {
  const earlier = options.resume === undefined ? undefined : await resumed(options.resume);
  const { experiment, folder } =
    earlier === undefined ? await declared(file) : await withAddresses(earlier.declaration, file);
  const questionSet = await readQuestions(resolve(folder, experiment.questions.source), {
    ...experiment.questions,
    signal: context.signal,
  });
  const opened = await openTargets(context, { experiment, folder }, questionSet.questions, options.config);
  try {
    const header =
      earlier?.steps.table.header ?? resultHeader({ experiment, folder }, questionSet, opened.targets);
    if (earlier) checkSame(header, opened.targets);
    const output = options.resume ?? resolve(options.output ?? defaultOutput(file!));
    const writer = earlier ? await ResultWriter.append(output) : await ResultWriter.create(output, header);
    const line = new RunLine(experiment);
    const table = earlier?.steps.table ?? new StepTable(header);
    const outcome = await runExperiment({
      experiment,
      questions: header.questions.list.length,
      ...opened,
      writer,
      table,
      signal: context.signal,
      onProgress: (progress) => line.update(progress),
    }).finally(async () => {
      line.end();
      await writer.close();
    });
    return runSummary({ experiment, table, outcome, output });
  } finally {
    await opened.close();
  }
}

async function declared(file: string | undefined): Promise<ReadExperiment> {
  if (file !== undefined) return readExperiment(file);
  throw new SragError('INVALID_ARGUMENT', 'No experiment declaration was given.', {
    remedy: 'Use srag bench run EXPERIMENT. srag bench init writes a declaration.',
    fields: { field: 'experiment' },
  });
}

/** Reads an interrupted run: its declaration, and the samples of its complete blocks. */
async function resumed(path: string): Promise<{ declaration: ReadExperiment; steps: ReadSteps }> {
  const { header } = await openResultFile(path);
  await prepareResume(path);
  const steps = await readSteps(await openResultFile(path));
  const { folder, ...declaration } = header.declaration as { folder: string };
  return { declaration: { experiment: experimentSchema.parse(declaration), folder }, steps };
}

/**
 * Restores addresses with secrets, which only the declaration contains.
 * @throws INVALID_ARGUMENT if no declaration was passed
 */
async function withAddresses(
  { experiment, folder }: ReadExperiment,
  file: string | undefined,
): Promise<ReadExperiment> {
  const isMasked = ({ url = '' }: Experiment['variants'][number]): boolean => isRedacted(url);
  if (!experiment.variants.some(isMasked)) return { experiment, folder };
  const declaredNow = file === undefined ? [] : (await readExperiment(file)).experiment.variants;
  const variants = experiment.variants.map((variant) => {
    if (!isMasked(variant)) return variant;
    const { url } = declaredNow.find(({ name }) => name === variant.name) ?? {};
    if (url !== undefined) return { ...variant, url };
    throw new SragError(
      'INVALID_ARGUMENT',
      `The result file does not contain the complete address of '${variant.name}'.`,
      {
        remedy: 'Pass the declaration, too: srag bench run EXPERIMENT --resume FILE.',
        fields: { variant: variant.name },
      },
    );
  });
  return { experiment: { ...experiment, variants }, folder };
}

/** Checks that a resumed run searches the same index versions. @throws SETTINGS_MISMATCH */
function checkSame(header: ResultHeader, targets: readonly Target[]): void {
  for (const { variant } of targets) {
    const before = header.variants.find(({ name }) => name === variant.name)?.index?.version;
    if (before === variant.index?.version) continue;
    throw new SragError(
      'SETTINGS_MISMATCH',
      `Variant '${variant.name}' was measured with version ${before}, but would now use ${variant.index?.version}.`,
      {
        remedy: 'The corpus or its indexes have changed: start a new run.',
        fields: { variant: variant.name },
      },
    );
  }
}

const defaultOutput = (file: string): string =>
  join(resolve(file, '..'), `${basename(file, extname(file))}.results.jsonl`);
