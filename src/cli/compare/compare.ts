import { resolve } from 'node:path';
import { loadPrices } from '../../api/cost/index.ts';
import {
  type AskVariant,
  type ComparedVariant,
  type ComparisonResult,
  type ComparisonSummary,
  documentNames,
  type FirstAnswer,
  missingDocumentsNote,
  type QuestionRun,
  type QuestionSet,
  readQuestions,
  runAlternating,
  suitabilityOf,
  summariseComparison,
} from '../../measure/index.ts';
import { embedderLabel } from '../../models/embedders/index.ts';
import { openQueryVectors, type QueryVectors } from '../bench/query-vectors.ts';
import type { ResolvedVariant } from '../bench/resolve-variants.ts';
import type { CommandContext } from '../context.ts';
import { ingestDataset } from '../ingest-dataset.ts';
import { Progress } from '../progress.ts';
import { commonDocuments } from './common-documents.ts';
import { costPerMillion, unpricedReadsNote } from './cost-per-million.ts';
import { measureFirstAnswer } from './first-answer.ts';
import { REFERENCE, resolveKinds } from './resolve-kinds.ts';

/** Number of chunks fetched to rank ten documents if documents have several chunks. */
const CHUNKS_OF_A_RANKING = 50;
/** Number of processes started per variant to measure the time of a first answer. */
const FIRST_ANSWERS = 3;

export interface CompareOptions {
  /** `KIND` or `KIND@VERSION`. */
  readonly kinds: readonly string[];
  /** One or more collections; several must contain the same documents with different embedders. */
  readonly collections: readonly string[];
  readonly vectors?: string | undefined;
  readonly split: string;
  readonly limit?: number | undefined;
  readonly topK: number;
  readonly rounds: number;
  /** Options that select the same location in other processes. */
  readonly placeOptions: readonly string[];
  /** The command line that repeats the comparison. */
  readonly command: string;
}

/**
 * Runs the same questions against several index kinds of a collection. Missing indexes are built; nothing is
 * published.
 * @throws the errors of reading questions, building indexes and searching
 */
export async function compareKinds(
  context: CommandContext,
  source: string,
  options: CompareOptions,
): Promise<ComparisonResult> {
  const { split, limit } = options;
  const set = await readQuestions(source, { split, limit, signal: context.signal });
  const progress = new Progress();
  let vectors: QueryVectors | undefined;
  try {
    if (set.dataset !== undefined) await ingestDataset(context, set.dataset, options.vectors, progress);
    vectors = options.vectors === undefined ? undefined : await openQueryVectors(resolve(options.vectors));
    return await compareOn({ context, source, set, vectors, progress }, options);
  } finally {
    progress.end();
    await vectors?.close();
  }
}

/** State shared by the steps of a comparison. */
interface Comparison {
  readonly context: CommandContext;
  readonly source: string;
  readonly set: QuestionSet;
  readonly vectors: QueryVectors | undefined;
  readonly progress: Progress;
}

async function compareOn(comparison: Comparison, options: CompareOptions): Promise<ComparisonResult> {
  const { context, source, set, progress } = comparison;
  const documents = await commonDocuments(context, options.collections);
  const { variants, exact, notes } = await resolveKinds(context, set, options, progress);
  const runs = await askVariants(comparison, variants, options);
  const shown = variants.filter(({ declaration }) => declaration.name !== REFERENCE);
  const names = shown.map(({ declaration }) => declaration.name);
  const summary = summariseComparison(set.questions, runs, names, exact, (name) => documents.has(name));
  const known = documentNames(documents);
  const reference = runs.get(exact ?? names[0]!)!;
  const suitability = suitabilityOf(
    set.questions,
    (name) => known.has(name),
    (index) => reference[index]!.passages,
  );
  const missing = missingDocumentsNote(set.questions, (name) => known.has(name));
  const unpriced = unpricedReadsNote(summary.variants);
  const first = await firstAnswers(comparison, shown, options);
  const prices = await loadPrices('us-east-1');
  return {
    source,
    command: options.command,
    comparedAt: new Date().toISOString(),
    mode: context.workspace.config.mode,
    storage: context.workspace.place.location.kind,
    synthetic: set.synthetic,
    rounds: options.rounds,
    suitability,
    summary,
    notes: [...notes, missing, unpriced].filter((note) => note !== undefined),
    variants: shown.map(({ manifest }, index): ComparedVariant => {
      const figures = summary.variants[index]!;
      const { reads, bytes, latencyMs } = figures;
      return {
        summary: figures,
        collection: manifest.collection.name,
        embedder: embedderLabel(manifest.collection.embedder),
        index: {
          kind: manifest.kind,
          version: manifest.version,
          rows: manifest.chunks,
          dimensions: manifest.collection.dimensions,
          buildParameters: manifest.buildParameters,
          queryParameters: manifest.queryParameters,
          sizeBytes: manifest.build.sizeBytes,
          buildMs: manifest.build.durationMs,
        },
        first: first[index],
        usdPerMillion: costPerMillion({ latencyMs: latencyMs.p50, reads, bytes }, prices),
      };
    }),
  };
}

async function askVariants(
  { context, set, vectors, progress }: Comparison,
  variants: readonly ResolvedVariant[],
  { rounds, topK }: CompareOptions,
): Promise<ReadonlyMap<string, readonly QuestionRun[]>> {
  return runAlternating({
    questions: set.questions,
    variants: await Promise.all(variants.map((variant) => askerOf(variant, vectors))),
    rounds,
    topK,
    depth: Math.max(topK, CHUNKS_OF_A_RANKING),
    signal: context.signal,
    onProgress: (done, total) =>
      progress.update('Asking', done, total, `${variants.length} variants in turns`),
  });
}

async function askerOf(
  { declaration, workspace, manifest }: ResolvedVariant,
  vectors: QueryVectors | undefined,
): Promise<{ name: string; ask: AskVariant }> {
  const { mode } = workspace.config;
  const retriever = await workspace.retriever(await workspace.collection(), manifest, {
    needsEmbedder: vectors === undefined && mode !== 'lexical',
  });
  const ask: AskVariant = async (question, topK, signal) => {
    const startedMs = performance.now();
    const { hits, trace } = await retriever.retrieve({
      question: question.text,
      mode,
      topK,
      vector: vectors && mode !== 'lexical' ? Float32Array.from(vectors.vectorOf(question)) : undefined,
      signal,
    });
    return { hits, latencyMs: performance.now() - startedMs, storage: trace.storage };
  };
  return { name: declaration.name, ask };
}

/** Medians of a few fresh processes per variant. The variants take turns. */
async function firstAnswers(
  { context, set, vectors, progress }: Comparison,
  variants: readonly ResolvedVariant[],
  { topK, placeOptions }: CompareOptions,
): Promise<readonly FirstAnswer[]> {
  const { mode } = context.workspace.config;
  const question = set.questions[0]!;
  const vector = vectors === undefined || mode === 'lexical' ? undefined : vectors.vectorOf(question);
  const measured = variants.map((): FirstAnswer[] => []);
  for (let round = 0; round < FIRST_ANSWERS; round++) {
    const turn = [...variants.entries()];
    for (const [index, { manifest }] of round % 2 === 0 ? turn : turn.reverse()) {
      const selector = [
        ...['--collection', manifest.collection.name],
        ...['--index', `${manifest.kind}@${manifest.version}`],
      ];
      measured[index]!.push(
        await measureFirstAnswer(
          [...placeOptions, ...selector],
          { question: question.text, vector, mode, topK },
          context.signal,
        ),
      );
      progress.update('Starting processes', round, FIRST_ANSWERS, manifest.kind);
    }
  }
  const middle = (of: readonly FirstAnswer[]): FirstAnswer =>
    of.toSorted((a, b) => a.startToAnswerMs - b.startToAnswerMs)[Math.floor(of.length / 2)]!;
  return measured.map(middle);
}

/** The questions for which variants missed the relevant documents, as JSON lines. */
export const missedLines = ({ missed }: ComparisonSummary): string =>
  missed.map((line) => `${JSON.stringify(line)}\n`).join('');
