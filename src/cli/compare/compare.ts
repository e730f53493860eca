import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, SragError } from '../../core/index.ts';
import { loadPrices } from '../../cost/index.ts';
import { indexBackend } from '../../indexes/index.ts';
import {
  type AskVariant,
  askInTurns,
  type ComparisonSummary,
  experimentSchema,
  type Question,
  type QuestionSet,
  readQuestions,
  summariseComparison,
  type VariantSummary,
} from '../../measure/index.ts';
import { openQueryVectors, type QueryVectors } from '../bench/query-vectors.ts';
import { type ResolvedVariant, resolveVariants } from '../bench/resolve-variants.ts';
import type { CommandContext } from '../context.ts';
import { ingestDataset } from '../ingest-dataset.ts';
import { Progress } from '../progress.ts';
import { costPerMillion } from './cost-per-million.ts';
import { type FirstAnswer, measureFirstAnswer } from './first-answer.ts';

/** Chunks fetched to rank ten documents by, where documents have several chunks. */
const CHUNKS_OF_A_RANKING = 50;
const EXACT_KIND = 'lancedb-flat';
/** Processes started for each variant to time a first answer. */
const FIRST_ANSWERS = 3;

export interface CompareOptions {
  /** `KIND` or `KIND@VERSION`. */
  readonly kinds: readonly string[];
  readonly vectors?: string | undefined;
  readonly split: string;
  readonly limit?: number | undefined;
  readonly topK: number;
  readonly rounds: number;
  /** Options that name the same location and collection for other processes. */
  readonly placeOptions: readonly string[];
}

/** A variant's figures. */
export interface ComparedVariant {
  readonly summary: VariantSummary;
  readonly index: {
    readonly kind: string;
    readonly version: string;
    readonly sizeBytes: number | undefined;
    readonly buildMs: number;
  };
  /** Medians over a few processes. */
  readonly first: FirstAnswer | undefined;
  readonly usdPerMillion: number;
}

/** The document of `srag compare --json`. */
export interface ComparisonResult {
  readonly source: string;
  readonly synthetic: boolean;
  readonly rounds: number;
  readonly summary: ComparisonSummary;
  readonly variants: readonly ComparedVariant[];
  /** Sentences that readers of the figures should know. */
  readonly notes: readonly string[];
}

/**
 * Asks several kinds of index of one collection the same questions. What is missing is built and nothing is published.
 * @throws the errors of questions, builds and searches
 */
export async function compareKinds(
  context: CommandContext,
  source: string,
  options: CompareOptions,
): Promise<ComparisonResult> {
  const { signal } = context;
  const set = await readQuestions(source, { split: options.split, limit: options.limit, signal });
  const progress = new Progress();
  let vectors: QueryVectors | undefined;
  try {
    if (set.dataset !== undefined) await ingestDataset(context, set.dataset, options.vectors, progress);
    vectors = options.vectors === undefined ? undefined : await openQueryVectors(resolve(options.vectors));
    const { variants, exact, notes } = await resolveKinds(context, set, options, progress);
    const runs = await askInTurns({
      questions: set.questions,
      variants: await Promise.all(variants.map((variant) => askerOf(context, variant, vectors))),
      rounds: options.rounds,
      topK: options.topK,
      depth: Math.max(options.topK, CHUNKS_OF_A_RANKING),
      signal,
      onProgress: (done, total) =>
        progress.update('Asking', done, total, `${variants.length} variants in turns`),
    });
    const shown = variants.filter(({ declaration }) => options.kinds.includes(declaration.name));
    const names = shown.map(({ declaration }) => declaration.name);
    const summary = summariseComparison(set.questions, runs, names, exact);
    const first = await firstAnswers(context, shown, set.questions[0]!, vectors, options, progress);
    const prices = await loadPrices('us-east-1');
    return {
      source,
      synthetic: set.synthetic,
      rounds: options.rounds,
      summary,
      notes,
      variants: shown.map(({ manifest }, index): ComparedVariant => {
        const figures = summary.variants[index]!;
        const { reads, bytes, latencyMs } = figures;
        return {
          summary: figures,
          index: {
            kind: manifest.kind,
            version: manifest.version,
            sizeBytes: manifest.build.sizeBytes,
            buildMs: manifest.build.durationMs,
          },
          first: first[index],
          usdPerMillion: costPerMillion({ latencyMs: latencyMs.p50, reads, bytes }, prices),
        };
      }),
    };
  } finally {
    progress.end();
    await vectors?.close();
  }

  async function askerOf(
    { workspace: own }: CommandContext,
    { declaration, manifest }: ResolvedVariant,
    given: QueryVectors | undefined,
  ): Promise<{ name: string; ask: AskVariant }> {
    const { mode } = own.config;
    const retriever = await own.retriever(await own.collection(), manifest, {
      needsEmbedder: given === undefined && mode !== 'lexical',
    });
    const ask: AskVariant = async (question, topK, abort) => {
      const startedMs = performance.now();
      const { hits, trace } = await retriever.retrieve({
        question: question.text,
        mode,
        topK,
        ...(given && mode !== 'lexical' ? { vector: Float32Array.from(given.vectorOf(question)) } : {}),
        ...(abort && { signal: abort }),
      });
      return { hits, latencyMs: performance.now() - startedMs, storage: trace.storage };
    };
    return { name: declaration.name, ask };
  }
}

/** The variants that were named, and an exact one beside them where nothing is judged. */
async function resolveKinds(
  { workspace, signal }: CommandContext,
  { questions }: QuestionSet,
  { kinds }: CompareOptions,
  progress: Progress,
): Promise<{ variants: readonly ResolvedVariant[]; exact: string | undefined; notes: readonly string[] }> {
  const isJudged = questions.some(({ relevant }) => relevant !== undefined);
  const exacts = await Promise.all(kinds.map(async (name) => ((await isExact(name)) ? [name] : []))).then(
    (names) => names.flat(),
  );
  const needsReference = !isJudged && exacts.length === 0;
  const notes = needsReference
    ? [`Recall is measured against ${EXACT_KIND}, which was built for it and is not shown.`]
    : [];
  const names = needsReference ? [...kinds, EXACT_KIND] : kinds;
  const declarations = experimentSchema.parse({
    questions: { source: 'given' },
    variants: names.map((name) => ({ name, index: name })),
  }).variants;
  const variants = await resolveVariants(declarations, () => workspace, {
    signal,
    onProgress: ({ kind, stage, done, total }) => progress.update(`Building ${kind}: ${stage}`, done, total),
  });
  return { variants, exact: exacts[0] ?? (needsReference ? EXACT_KIND : undefined), notes };
}

async function isExact(name: string): Promise<boolean> {
  const { capabilities } = await indexBackend(name.split('@', 1)[0]!);
  return capabilities.vectorSearch === 'exact';
}

/** Medians of a few fresh processes for each variant, in turns. */
async function firstAnswers(
  { workspace, signal }: CommandContext,
  variants: readonly ResolvedVariant[],
  question: Question,
  vectors: QueryVectors | undefined,
  { topK, placeOptions }: CompareOptions,
  progress: Progress,
): Promise<readonly FirstAnswer[]> {
  const { mode } = workspace.config;
  const vector = vectors === undefined || mode === 'lexical' ? undefined : vectors.vectorOf(question);
  const measured = variants.map((): FirstAnswer[] => []);
  for (let round = 0; round < FIRST_ANSWERS; round++) {
    const turn = [...variants.entries()];
    for (const [index, { manifest }] of round % 2 === 0 ? turn : turn.reverse()) {
      const selector = ['--index', `${manifest.kind}@${manifest.version}`];
      measured[index]!.push(
        await measureFirstAnswer(
          [...placeOptions, ...selector],
          { question: question.text, vector, mode, topK },
          signal,
        ),
      );
      progress.update('Starting processes', round, FIRST_ANSWERS, manifest.kind);
    }
  }
  const middle = (of: readonly FirstAnswer[]): FirstAnswer =>
    of.toSorted((a, b) => a.startToAnswerMs - b.startToAnswerMs)[Math.floor(of.length / 2)]!;
  return measured.map(middle);
}

/** Writes the questions that variants missed, as JSON lines. @throws LOCATION_NOT_WRITABLE */
export async function writeMissed(path: string, { missed }: ComparisonSummary): Promise<void> {
  await writeFile(path, missed.map((line) => `${JSON.stringify(line)}\n`).join('')).catch(
    (cause: unknown) => {
      throw new SragError('LOCATION_NOT_WRITABLE', `${path} cannot be written: ${messageOf(cause)}.`, {
        remedy: 'Name a file in an existing folder (--failures FILE).',
        fields: { field: 'failures', path },
        cause,
      });
    },
  );
}
