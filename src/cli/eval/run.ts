import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
import {
  type AskOutcome,
  compareRuns,
  describeEnvironment,
  type EvaluationDataset,
  evaluateQueries,
  type RunDescription,
  readDataset,
  readResults,
  writeResults,
} from '../../measure/index.ts';
import { VERSION } from '../../version.ts';
import { buildAndPublish } from '../commands/index-build.ts';
import type { CommandContext, CommandResult, CommonOptions } from '../context.ts';
import { ingestDataset } from '../ingest-dataset.ts';
import { Progress } from '../progress.ts';
import { type Asker, ask, DEFAULT_KIND, ReadyVectors, type Variant, variantOf } from './ask.ts';
import { comparisonText, summaryText } from './text.ts';

/** Options of `srag eval`. */
export interface EvalOptions extends CommonOptions {
  readonly vectors?: string;
  readonly split: string;
  readonly limit?: number;
  readonly output?: string;
  readonly answers?: boolean;
  readonly compare?: readonly string[];
}

/** Evaluates one configuration, or compares two, on a dataset. */
export async function evaluate(
  context: CommandContext,
  path: string | undefined,
  options: EvalOptions,
): Promise<CommandResult> {
  const { compare } = options;
  if (compare !== undefined && compare.length !== 2) {
    throw new SragError('INVALID_ARGUMENT', `--compare takes two values; ${compare.length} were given.`, {
      remedy: 'For example --compare lancedb-flat:lexical lancedb-flat:hybrid',
      fields: { field: 'compare' },
    });
  }
  if (compare !== undefined && (await Promise.all(compare.map(isFile))).every(Boolean)) {
    const [a, b] = await Promise.all(compare.map((file) => readResults(file)));
    const comparison = compareRuns(a!.results, b!.results);
    return { json: { compare, ...comparison }, text: comparisonText(compare, comparison) };
  }
  if (path === undefined)
    throw new SragError('INVALID_ARGUMENT', missingDataset(compare), {
      remedy: 'srag eval DATASET, or srag eval --compare A.jsonl B.jsonl',
      fields: { field: 'dataset' },
    });

  const dataset = await readDataset(path, {
    split: options.split,
    signal: context.signal,
    limit: options.limit,
  });
  if (dataset.unknownDocuments > 0)
    context.say(
      `${dataset.unknownDocuments} judgements name documents that the corpus does not contain; they count as not found.`,
    );
  const directory = options.vectors === undefined ? undefined : resolve(options.vectors);
  await prepare(context, dataset, directory, options);
  const vectors =
    directory === undefined
      ? undefined
      : await ReadyVectors.open(directory, dataset, (await context.workspace.collection()).metric);
  try {
    return await (compare === undefined
      ? evaluateOne(context, dataset, vectors, options)
      : evaluateTwo(context, dataset, vectors, options, compare));
  } finally {
    await vectors?.close();
  }
}

/** Fills an empty location: ingests the dataset and builds the indexes to evaluate. */
async function prepare(
  context: CommandContext,
  dataset: EvaluationDataset,
  vectors: string | undefined,
  options: EvalOptions,
): Promise<void> {
  const { workspace, signal } = context;
  const progress = new Progress();
  try {
    await ingestDataset(context, dataset, vectors, progress);
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
  };
}

async function evaluateOne(
  context: CommandContext,
  dataset: EvaluationDataset,
  vectors: ReadyVectors | undefined,
  options: EvalOptions,
): Promise<CommandResult> {
  const { workspace, signal } = context;
  const variant = await variantOf(workspace, undefined);
  const asker = await askerOf(workspace, variant, vectors, options);
  const progress = new Progress();
  const { results, summary } = await evaluateQueries({
    queries: dataset.queries,
    signal,
    ask: (query) => ask(asker, query, signal),
    onProgress: (done, total) => progress.update('Asking', done, total, `${done} questions`),
  }).finally(() => progress.end());
  const { embedder } = variant.manifest.collection;
  const description = { dataset: dataset.name, index: nameOf(variant), mode: variant.mode, embedder };
  if (options.output !== undefined)
    await writeResults(resolve(options.output), describeRun(workspace, dataset, variant), results);
  return { json: { ...description, ...summary }, text: summaryText(description, summary) };
}

async function evaluateTwo(
  context: CommandContext,
  dataset: EvaluationDataset,
  vectors: ReadyVectors | undefined,
  options: EvalOptions,
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
    queries: dataset.queries,
    signal,
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
    queries: dataset.queries,
    signal,
    ask: async (query) => second.get(query.id)!,
  });
  if (options.output !== undefined) {
    const output = resolve(options.output);
    await writeResults(`${output}.a`, describeRun(workspace, dataset, a.variant), runA.results);
    await writeResults(`${output}.b`, describeRun(workspace, dataset, b.variant), runB.results);
  }
  const comparison = compareRuns(runA.results, runB.results);
  const names = variants.map((variant) => `${nameOf(variant)}:${variant.mode}`);
  return {
    json: { dataset: dataset.name, compare: names, a: runA.summary, b: runB.summary, ...comparison },
    text: comparisonText(names, comparison),
  };
}

const nameOf = ({ manifest }: Variant): string => `${manifest.kind}@${manifest.version}`;

const describeRun = (
  { config }: Workspace,
  dataset: EvaluationDataset,
  variant: Variant,
): RunDescription => ({
  createdAt: new Date().toISOString(),
  dataset: dataset.name,
  split: dataset.split,
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

function missingDataset(compare: readonly string[] | undefined): string {
  if (compare === undefined) return 'No dataset folder was given.';
  return `'${compare.join("' and '")}' are not both result files, and no dataset folder was given.`;
}
