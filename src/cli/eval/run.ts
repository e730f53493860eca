import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import {
  type AskOutcome,
  compareRuns,
  describeEnvironment,
  type EvaluationDataset,
  evaluateQueries,
  type RunDescription,
  readResults,
  writeResults,
} from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import { buildAndPublish } from '../commands/index-build.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { ingestDataset } from '../ingest-dataset.ts';
import { Progress } from '../progress.ts';
import { writeNamedFile } from '../write-file.ts';
import { type Asker, ask, DEFAULT_KIND, ReadyVectors, type Variant, variantOf } from './ask.ts';
import { failedLines, type Reply } from './failures.ts';
import { checkOptions, type EvalOptions, missingDataset, vectorsWithoutCorpus } from './options.ts';
import { checkCollection, type EvaluationSet, readEvaluationSet } from './questions.ts';
import { comparisonText, summaryText } from './text.ts';

/** Evaluates one configuration, or compares two, on a dataset. */
export async function evaluate(
  context: CommandContext,
  path: string | undefined,
  options: EvalOptions,
): Promise<CommandResult> {
  const { compare } = options;
  checkOptions(options);
  if (compare !== undefined && (await Promise.all(compare.map(isFile))).every(Boolean)) {
    const [a, b] = await Promise.all(compare.map((file) => readResults(file)));
    const comparison = compareRuns(a!.results, b!.results);
    return { json: { compare, ...comparison }, text: comparisonText(compare, comparison) };
  }
  if (path === undefined) throw missingDataset(compare);
  const set = await readEvaluationSet(path, options, context);
  if (set.dataset === undefined && options.vectors !== undefined) throw vectorsWithoutCorpus(path);
  const directory = options.vectors === undefined ? undefined : resolve(options.vectors);
  const isDocument = set.dataset === undefined ? await checkCollection(context, set) : undefined;
  await prepare(context, set.dataset, directory, options);
  const vectors =
    directory === undefined
      ? undefined
      : await ReadyVectors.open(
          directory,
          set.dataset!,
          set.queries,
          (await context.workspace.collection()).metric,
        );
  const evaluation = { context, set, vectors, isDocument, options };
  try {
    return await (compare === undefined ? evaluateOne(evaluation) : evaluateTwo(evaluation, compare));
  } finally {
    await vectors?.close();
  }
}

/** State shared by the steps of an evaluation. */
interface Evaluation {
  readonly context: CommandContext;
  readonly set: EvaluationSet;
  readonly vectors: ReadyVectors | undefined;
  readonly isDocument: ((name: string) => boolean) | undefined;
  readonly options: EvalOptions;
}

/** Ingests the dataset into an empty location, and builds the indexes to evaluate. */
async function prepare(
  context: CommandContext,
  dataset: EvaluationDataset | undefined,
  vectors: string | undefined,
  options: EvalOptions,
): Promise<void> {
  const { workspace, signal } = context;
  const progress = new Progress();
  try {
    if (dataset !== undefined) await ingestDataset(context, dataset, vectors, progress);
    const selectors = options.compare ?? [workspace.config.index ?? ''];
    const catalogue = workspace.catalogue(workspace.config.collection);
    const built = await catalogue.list();
    for (const selector of selectors) {
      const kind = selector.split(/[@:]/, 1)[0] ?? '';
      const isThere =
        kind === ''
          ? (await catalogue.published()) !== undefined ||
            built.some((manifest) => manifest.kind === DEFAULT_KIND)
          : built.some((manifest) => manifest.kind === kind);
      if (!isThere && !selector.includes('@'))
        await buildAndPublish(
          workspace,
          kind || DEFAULT_KIND,
          { minRecall: 0, publish: false },
          signal,
          progress,
        );
    }
  } finally {
    progress.end();
  }
}

async function askerOf(
  workspace: Workspace,
  variant: Variant,
  vectors: ReadyVectors | undefined,
  options: EvalOptions,
): Promise<Asker> {
  const settings = await workspace.collection();
  const stats = await (await workspace.corpus(settings)).stats();
  return {
    variant,
    vectors,
    retriever: await workspace.retriever(settings, variant.manifest, {
      needsEmbedder: vectors === undefined && variant.mode !== 'lexical',
    }),
    generator: options.answers === true ? await workspace.generator() : undefined,
    answer: workspace.config.answer,
    isChunked: stats.chunks > stats.documents,
    isReranked: workspace.config.reranker !== 'none',
  };
}

async function evaluateOne({
  context,
  set,
  vectors,
  isDocument,
  options,
}: Evaluation): Promise<CommandResult> {
  const { workspace, signal } = context;
  const variant = await variantOf(workspace, undefined);
  const asker = await askerOf(workspace, variant, vectors, options);
  const replies = new Map<string, Reply>();
  const progress = new Progress();
  const { results, summary } = await evaluateQueries({
    queries: set.queries,
    signal,
    isDocument,
    ask: async (query) => {
      const { reply, ...outcome } = await ask(asker, query, signal);
      if (options.failures !== undefined && reply !== undefined) replies.set(query.id, reply);
      return outcome;
    },
    onProgress: (done, total) => progress.update('Asking', done, total, `${done} questions`),
  }).finally(() => progress.end());
  const { embedder } = variant.manifest.collection;
  const description = { dataset: set.name, index: nameOf(variant), mode: variant.mode, embedder };
  if (options.output !== undefined)
    await writeResults(resolve(options.output), describeRun(workspace, set, variant), results);
  const text = summaryText(description, summary);
  const json = { ...description, generator: asker.generator?.id, ...summary };
  if (options.failures === undefined) return { json, text };
  const failed = failedLines(set.queries, results, replies, isDocument);
  const failures = await writeNamedFile('failures', options.failures, failed.join(''));
  return {
    json: { ...json, failures },
    text: `${text}\n\nWrote ${failed.length} failures to ${options.failures}`,
  };
}

async function evaluateTwo(
  { context, set, vectors, isDocument, options }: Evaluation,
  compare: readonly string[],
): Promise<CommandResult> {
  const { workspace, signal } = context;
  const variants = await Promise.all(compare.map((text) => variantOf(workspace, text)));
  const askers = await Promise.all(variants.map((variant) => askerOf(workspace, variant, vectors, options)));
  const [a, b] = askers as [Asker, Asker];
  const second = new Map<string, AskOutcome>();
  const progress = new Progress();
  let turn = 0;
  const runA = await evaluateQueries({
    queries: set.queries,
    signal,
    isDocument,
    // Order A B B A, so that neither variant always benefits from the other's warm-up.
    ask: async (query) => {
      const isFirst = turn++ % 2 === 0;
      const early = isFirst ? await ask(a, query, signal) : undefined;
      second.set(query.id, await ask(b, query, signal));
      return early ?? ask(a, query, signal);
    },
    onProgress: (done, total) => progress.update('Asking', done, total, `${done} questions, each twice`),
  }).finally(() => progress.end());
  const runB = await evaluateQueries({
    queries: set.queries,
    signal,
    isDocument,
    ask: async (query) => second.get(query.id)!,
  });
  if (options.output !== undefined) {
    const output = resolve(options.output);
    await writeResults(`${output}.a`, describeRun(workspace, set, a.variant), runA.results);
    await writeResults(`${output}.b`, describeRun(workspace, set, b.variant), runB.results);
  }
  const comparison = compareRuns(runA.results, runB.results);
  const names = variants.map((variant) => `${nameOf(variant)}:${variant.mode}`);
  return {
    json: { dataset: set.name, compare: names, a: runA.summary, b: runB.summary, ...comparison },
    text: comparisonText(names, comparison),
  };
}

const nameOf = ({ manifest }: Variant): string => `${manifest.kind}@${manifest.version}`;

const describeRun = ({ config }: Workspace, set: EvaluationSet, variant: Variant): RunDescription => ({
  createdAt: new Date().toISOString(),
  dataset: set.name,
  split: set.split,
  index: nameOf(variant),
  mode: variant.mode,
  configuration: {
    embedder: variant.manifest.collection.embedder,
    chunker: variant.manifest.collection.chunker,
    reranker: config.reranker,
    generator: config.generator,
    answer: config.answer,
    queryParameters: variant.manifest.queryParameters,
  },
  environment: describeEnvironment({ srag: VERSION }),
});

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
