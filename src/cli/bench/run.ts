import { basename, extname, join, resolve } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import { isRedacted, SragError } from '../../core/index.ts';
import {
  type ColdTarget,
  describeEnvironment,
  type Experiment,
  experimentSchema,
  FORMAT,
  openResultFile,
  prepareResume,
  type QuestionSet,
  type ReadExperiment,
  type ReadSteps,
  type ResultHeader,
  ResultWriter,
  readExperiment,
  readQuestions,
  readSteps,
  runExperiment,
  SCHEMA_VERSION,
  StepTable,
  stepRates,
  type Target,
} from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { Progress } from '../progress.ts';
import { checkedOutCommit } from './commit.ts';
import { openQueryVectors } from './query-vectors.ts';
import { type ResolvedVariant, resolveVariants } from './resolve-variants.ts';
import { RunLine } from './run-line.ts';
import { runSummary } from './run-summary.ts';
import {
  coldLaptopTarget,
  inProcessTarget,
  laptopTarget,
  type TargetContext,
  urlTarget,
  withoutSecrets,
} from './targets.ts';

/** Options of `srag bench run`. */
export interface BenchRunOptions {
  /** The result file. Default: beside the declaration, `NAME.results.jsonl`. */
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
  const opened = await openTargets(context, experiment, folder, questionSet, options);
  try {
    const header = earlier?.steps.table.header ?? headerOf(experiment, folder, questionSet, opened.targets);
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
    await Promise.all([...opened.targets, ...opened.coldTargets].map((target) => target.close()));
    await opened.close();
  }
}

async function declared(file: string | undefined): Promise<ReadExperiment> {
  if (file !== undefined) return readExperiment(file);
  throw new SragError('INVALID_ARGUMENT', 'There is no declaration of an experiment.', {
    remedy: 'srag bench run EXPERIMENT; srag bench init writes one.',
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
 * @throws INVALID_ARGUMENT without it
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
      `The address of '${variant.name}' is incomplete in the result file.`,
      {
        remedy: 'Name the declaration, too: srag bench run EXPERIMENT --resume FILE.',
        fields: { variant: variant.name },
      },
    );
  });
  return { experiment: { ...experiment, variants }, folder };
}

interface OpenedTargets {
  readonly targets: readonly Target[];
  readonly coldTargets: readonly ColdTarget[];
  close(): Promise<void>;
}

async function openTargets(
  { workspace, signal }: CommandContext,
  experiment: Experiment,
  folder: string,
  questionSet: QuestionSet,
  options: BenchRunOptions,
): Promise<OpenedTargets> {
  const closers: (() => Promise<void>)[] = [];
  const progress = new Progress();
  const { vectors: vectorFolder } = experiment.questions;
  const vectors =
    vectorFolder === undefined ? undefined : await openQueryVectors(resolve(folder, vectorFolder));
  if (vectors) closers.push(() => vectors.close());
  const target: TargetContext = {
    experiment,
    questions: questionSet.questions,
    vectorOf: vectors?.vectorOf,
    location: workspace.config.location,
    configFile: options.config,
    signal,
  };
  const targets: Target[] = [];
  const coldTargets: ColdTarget[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0)) await end();
  };
  try {
    if (experiment.target === 'url') {
      for (const variant of experiment.variants) targets.push(await urlTarget(target, variant));
      return { targets, coldTargets, close };
    }
    const workspaceOf = (collection: string | undefined): Workspace =>
      collection === undefined ? workspace : workspace.of(collection);
    const variants: readonly ResolvedVariant[] = await resolveVariants(experiment.variants, workspaceOf, {
      signal,
      onProgress: ({ kind, stage, done, total }) =>
        progress.update(`Building ${kind}: ${stage}`, done, total),
    }).finally(() => progress.end());
    for (const variant of variants) {
      if (experiment.target === 'in-process') targets.push(await inProcessTarget(target, variant));
      else {
        targets.push(await laptopTarget(target, variant));
        if (experiment.coldStarts > 0) coldTargets.push(await coldLaptopTarget(target, variant));
      }
    }
    return { targets, coldTargets, close };
  } catch (error) {
    await Promise.all([...targets, ...coldTargets].map((opened) => opened.close()));
    await close();
    throw error;
  }
}

function headerOf(
  experiment: Experiment,
  folder: string,
  { questions, synthetic }: QuestionSet,
  targets: readonly Target[],
): ResultHeader {
  const commit = checkedOutCommit(folder);
  return {
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    name: experiment.name,
    startedAt: new Date().toISOString(),
    declaration: { ...experiment, variants: experiment.variants.map(withoutSecrets), folder },
    seed: experiment.seed,
    steps: stepRates(experiment).map((ratePerSecond) => ({ ratePerSecond })),
    variants: targets.map(({ variant }) => variant),
    questions: {
      source: experiment.questions.source,
      synthetic,
      list: questions.map(({ id, text, relevant, answers, answerable, kind }) => ({
        id,
        text,
        relevant: relevant === undefined ? undefined : Object.fromEntries(relevant),
        answers: answers.length === 0 ? undefined : [...answers],
        answerable,
        kind,
      })),
    },
    target: { kind: experiment.target, description: describeTarget(experiment) },
    environment: describeEnvironment({ srag: VERSION }),
    commit,
    srag: VERSION,
  };
}

function describeTarget({ target, storageModel }: Experiment): string {
  if (target === 'url') return 'running APIs, queried by URL';
  if (target === 'in-process') return 'the searchers alone, in one process; storage as it is';
  const model = typeof storageModel === 'string' ? storageModel : JSON.stringify(storageModel);
  return `the laptop cloud, one for each variant; storage model ${model}`;
}

/** Checks that a resumed run searches the same index versions. @throws SETTINGS_MISMATCH */
function checkSame(header: ResultHeader, targets: readonly Target[]): void {
  for (const { variant } of targets) {
    const before = header.variants.find(({ name }) => name === variant.name)?.index?.version;
    if (before === variant.index?.version) continue;
    throw new SragError(
      'SETTINGS_MISMATCH',
      `Variant '${variant.name}' was measured with version ${before}; now it would be ${variant.index?.version}.`,
      {
        remedy: 'The corpus or its indexes have changed: start a new run.',
        fields: { variant: variant.name },
      },
    );
  }
}

const defaultOutput = (file: string): string =>
  join(resolve(file, '..'), `${basename(file, extname(file))}.results.jsonl`);
