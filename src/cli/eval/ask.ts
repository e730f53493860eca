import type { Workspace } from '../../config/index.ts';
import {
  dotProduct,
  type Metric,
  SEARCH_MODES,
  type SearchMode,
  SragError,
  unknownName,
} from '../../core/index.ts';
import type { IndexManifest } from '../../indexes/index.ts';
import {
  type AskOutcome,
  type EvaluationDataset,
  type EvaluationQuery,
  exactNeighbours,
  indexRecall,
} from '../../measure/index.ts';
import { openVectorFolder, type VectorFolder } from '../../models/embedders/index.ts';
import type { Generator } from '../../models/generators/index.ts';
import { answerQuestion } from '../../query/answering/index.ts';
import type { Retriever } from '../../query/retrieval/index.ts';
import type { Reply } from './failures.ts';

/** The kind that is built and evaluated if none is published or requested. */
export const DEFAULT_KIND = 'lancedb-flat';

/**
 * Number of documents in the judged ranking; DEEPER times as many chunks are fetched if documents have
 * several chunks.
 */
const DOCUMENTS = 100;
const DEEPER = 3;
/** Number of hits that are compared with exact search. */
const RECALL_DEPTH = 10;
const ROWS_PER_BLOCK = 8_192;

/** An index version and the mode in which it is searched. */
export interface Variant {
  readonly manifest: IndexManifest;
  readonly mode: SearchMode | 'auto';
}

/** Parses `KIND[@VERSION][:mode]`. */
export async function variantOf(workspace: Workspace, text: string | undefined): Promise<Variant> {
  const [selector, mode] = text?.split(':', 2) ?? [];
  if (mode !== undefined && mode !== 'auto' && !SEARCH_MODES.some((known) => known === mode)) {
    throw unknownName('INVALID_ARGUMENT', 'mode', mode, ['auto', ...SEARCH_MODES]);
  }
  const settings = await workspace.collection();
  const catalogue = workspace.catalogue(settings.name);
  const fallback = (await catalogue.published()) === undefined ? DEFAULT_KIND : undefined;
  const manifest = await catalogue.find(selector ?? workspace.config.index ?? fallback);
  return { manifest, mode: (mode as SearchMode | 'auto' | undefined) ?? workspace.config.mode };
}

/** Precomputed query vectors, with the exact neighbours of each query among the corpus vectors. */
export class ReadyVectors {
  readonly #folder: VectorFolder;
  readonly #queries: ReadonlyMap<string, Float32Array>;
  readonly #documentIds: readonly string[];
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #truth: ReadonlyMap<string, Int32Array>;

  private constructor(
    folder: VectorFolder,
    dataset: EvaluationDataset,
    queries: ReadonlyMap<string, Float32Array>,
    truth: ReadonlyMap<string, Int32Array>,
  ) {
    this.#folder = folder;
    this.#documentIds = dataset.documentIds;
    this.#rowOf = new Map(dataset.documentIds.map((id, row) => [id, row]));
    this.#queries = queries;
    this.#truth = truth;
  }

  /** @throws VECTOR_COUNT_MISMATCH, INVALID_DATASET if a query of the dataset has no vector */
  static async open(
    directory: string,
    dataset: EvaluationDataset,
    asked: readonly EvaluationQuery[],
    metric: Metric,
  ): Promise<ReadyVectors> {
    const folder = await openVectorFolder(directory, metric);
    folder.expectRows(dataset.documentIds.length);
    const given = await folder.queries();
    if (given === undefined) {
      throw new SragError('INVALID_DATASET', `${directory} contains no query vectors.`, {
        remedy: 'Add queries.f16.npy (or .f32.npy) and queries-ids.txt.',
      });
    }
    const { dimensions } = folder;
    const queries = new Map(
      given.ids.map((id, row) => [id, given.vectors.subarray(row * dimensions, (row + 1) * dimensions)]),
    );
    const missing = asked.find(({ id }) => !queries.has(id));
    if (missing !== undefined) {
      throw new SragError('INVALID_DATASET', `${directory} contains no vector of query '${missing.id}'.`, {
        remedy: 'Embed all queries of the split.',
      });
    }
    const truth = await truthOf(folder, given, asked, metric);
    return new ReadyVectors(folder, dataset, queries, truth);
  }

  query(id: string): Float32Array {
    return this.#queries.get(id)!;
  }

  /** Share of the exact 10 nearest documents that a vector search found; ties count as found. */
  async recall(queryId: string, documentIds: readonly string[]): Promise<number> {
    const truth = [...this.#truth.get(queryId)!.subarray(0, RECALL_DEPTH)];
    const hits = documentIds.slice(0, RECALL_DEPTH).map((id) => this.#rowOf.get(id) ?? -1);
    const query = this.query(queryId);
    const scores = new Map<number, number>();
    for (const row of [...hits, truth[0]!, truth.at(-1)!]) {
      if (row >= 0 && !scores.has(row))
        scores.set(row, dotProduct(query, await this.#folder.corpusRows(row, row + 1)));
    }
    return indexRecall({
      hits,
      truth,
      topK: RECALL_DEPTH,
      exactScore: (row) => scores.get(row) ?? Number.NEGATIVE_INFINITY,
    });
  }

  get rows(): number {
    return this.#documentIds.length;
  }

  close(): Promise<void> {
    return this.#folder.close();
  }
}

async function truthOf(
  folder: VectorFolder,
  given: { readonly ids: readonly string[]; readonly vectors: Float32Array },
  asked: readonly EvaluationQuery[],
  metric: Metric,
): Promise<ReadonlyMap<string, Int32Array>> {
  // A neighbour file contains cosine neighbours only.
  const ready = metric === 'cosine' ? await folder.groundTruth() : undefined;
  if (ready !== undefined && ready.k >= RECALL_DEPTH) {
    return new Map(given.ids.map((id, row) => [id, ready.rows.subarray(row * ready.k, (row + 1) * ready.k)]));
  }
  const { dimensions } = folder;
  const rowOf = new Map(given.ids.map((id, row) => [id, row]));
  const queries = new Float32Array(asked.length * dimensions);
  for (const [index, { id }] of asked.entries()) {
    const row = rowOf.get(id)!;
    queries.set(given.vectors.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
  }
  const found = await exactNeighbours({
    dimensions,
    blocks: blocksOf(folder),
    queries,
    topK: RECALL_DEPTH,
    metric,
  });
  return new Map(
    asked.map(({ id }, index) => [id, found.rows.subarray(index * found.topK, (index + 1) * found.topK)]),
  );
}

async function* blocksOf(folder: VectorFolder): AsyncIterable<Float32Array> {
  for (let from = 0; from < folder.rows; from += ROWS_PER_BLOCK) {
    yield folder.corpusRows(from, Math.min(folder.rows, from + ROWS_PER_BLOCK));
  }
}

/** Context for evaluating a variant. */
export interface Asker {
  readonly retriever: Retriever;
  readonly variant: Variant;
  readonly vectors: ReadyVectors | undefined;
  /** Set with `--answers`. */
  readonly generator: Generator | undefined;
  readonly answer: {
    readonly topK: number;
    readonly maxContextTokens: number;
    readonly maxOutputTokens: number;
    readonly compress: boolean;
  };
  /** Whether documents have more than one chunk. */
  readonly isChunked: boolean;
  readonly isReranked: boolean;
}

/** The result for one question; `reply` with `--answers`. */
export interface Asked extends AskOutcome {
  readonly reply?: Reply;
}

/** Asks one question; `latencyMs` covers retrieval only, not the answer. */
export async function ask(asker: Asker, query: EvaluationQuery, signal?: AbortSignal): Promise<Asked> {
  const { retriever, variant, vectors, generator } = asker;
  const request = {
    question: query.text,
    mode: variant.mode,
    vector: vectors !== undefined && variant.mode !== 'lexical' ? vectors.query(query.id) : undefined,
    signal,
  };
  const topK =
    query.judgements === undefined ? asker.answer.topK : asker.isChunked ? DOCUMENTS * DEEPER : DOCUMENTS;
  const startedMs = performance.now();
  const { hits, mode, similarities } = await retriever.retrieve({ ...request, topK });
  const latencyMs = performance.now() - startedMs;
  const found = hits.map(({ documentId, score }) => ({ documentId, score }));
  const recall =
    vectors !== undefined && mode === 'vector' && topK >= RECALL_DEPTH
      ? await vectors.recall(
          query.id,
          found.map(({ documentId }) => documentId),
        )
      : undefined;
  if (generator === undefined) return { hits: found, latencyMs, indexRecall: recall };
  // A reranker chooses among a number of hits that depends on topK.
  const passages =
    asker.isReranked && topK !== asker.answer.topK
      ? (await retriever.retrieve({ ...request, topK: asker.answer.topK })).hits
      : hits.slice(0, asker.answer.topK);
  const answer = await answerQuestion(
    generator,
    { question: query.text, hits: passages, similarities },
    { ...asker.answer, ...(signal && { signal }) },
  );
  return {
    hits: found,
    latencyMs,
    answer: { text: answer.answer, notFound: answer.notFound, confidence: answer.confidence },
    indexRecall: recall,
    reply: { answer, passages },
  };
}
