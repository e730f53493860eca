import {
  checkFilter,
  DEFAULT_FUSION,
  dotProduct,
  type FieldTypes,
  type Filter,
  type Hit,
  MAX_TOP_K,
  type SearchMode,
  type SearchQuery,
  type SearchResult,
  SharedWork,
  throwIfAborted,
  withoutUndefined,
} from '../../core/index.ts';
import type { VersionSearcher } from '../../indexes/index.ts';
import type { Embedder, Embeddings } from '../../models/embedders/index.ts';
import type { Reranker } from '../../models/rerankers/index.ts';
import { checkRequest, chooseMode, cleanQuestion, DEFAULT_TOP_K } from './check-request.ts';
import { withNeighbours } from './neighbours.ts';
import type { RetrievalRequest, RetrievalResult, SearchedIndex } from './port.ts';

/** Number of hits to fetch per requested hit, if some may be dropped or reordered later. */
const OVERFETCH = 5;

/** Dependencies of a {@link Retriever}. */
export interface RetrieverParts {
  /** Undefined with embedder `none`. */
  readonly embedder: Embedder | undefined;
  /** Called in parallel with the embedding of the question. */
  readonly openSearcher: (signal?: AbortSignal) => Promise<SearchedIndex>;
  readonly collection: {
    readonly name: string;
    readonly embedder: string;
    readonly dimensions: number;
    readonly fields: FieldTypes;
  };
  readonly reranker: Reranker;
}

/** Searches one collection: embed -> search -> fuse -> rerank. Opens the index at the first question. */
export class Retriever {
  readonly #parts: RetrieverParts;
  readonly #searcher = new SharedWork<SearchedIndex>();
  #hasAnswered = false;

  constructor(parts: RetrieverParts) {
    this.#parts = parts;
  }

  /** Opens the index before the first question and returns it. */
  open(signal?: AbortSignal): Promise<SearchedIndex> {
    return this.#open(signal);
  }

  /**
   * @throws INVALID_ARGUMENT, INVALID_FILTER, UNKNOWN_FIELD, NO_EMBEDDER before any work; then the errors of the
   * embedder, the index and the reranker.
   */
  async retrieve(request: RetrievalRequest): Promise<RetrievalResult> {
    const startedMs = performance.now();
    const checked = this.#check(request);
    const { reranker } = this.#parts;
    const coldStart = !this.#hasAnswered;
    this.#hasAnswered = true;

    const [opened, embedded] = await Promise.all([
      timed(() => this.#open(request.signal)),
      checked.mode === 'lexical' ? undefined : timed(() => this.#embed(checked.question, request)),
    ]);
    throwIfAborted(request.signal);
    const index = opened.value.current?.() ?? opened.value;
    const query = searchQuery(request, checked, embedded?.value?.vectors);
    const found = await timed(() => searchUntilEnough(index, query, checked.topK, request.perDocument));
    const reranked = await timed(() => this.#rerank(request, checked, found.value.hits));
    const { neighbours = 0, signal } = request;
    const widened = await timed(() => withNeighbours(index, reranked.value.hits, neighbours, signal));
    const { kind, version } = index.manifest;
    const { storage, details, totalMs: _, ...parts } = found.value.trace;
    return {
      mode: checked.mode,
      hits: widened.value,
      embeddedTokens: embedded?.value?.inputTokens,
      reranked: reranked.value.use,
      similarities: this.#similarities(request, embedded?.value?.vectors),
      searchDetails: withoutUndefined({ ...parts, ...details }),
      trace: {
        coldStart,
        stages: withoutUndefined({
          embedMs: embedded === undefined || request.vector !== undefined ? undefined : embedded.elapsedMs,
          openMs: coldStart ? opened.elapsedMs : undefined,
          searchMs: found.elapsedMs,
          fetchMs: neighbours > 0 ? widened.elapsedMs : undefined,
          rerankMs: reranker.id === 'none' ? undefined : reranked.elapsedMs,
        }),
        totalMs: performance.now() - startedMs,
        storage,
        index: { kind, version },
        cached: false,
      },
    };
  }

  #similarities(
    { vector, signal }: RetrievalRequest,
    question: Float32Array | undefined,
  ): RetrievalResult['similarities'] {
    const { embedder } = this.#parts;
    const isUsable = embedder?.semantic === true && embedder.local === true && vector === undefined;
    if (!isUsable || question === undefined) return undefined;
    return async (texts) => {
      const { vectors } = await embedder.embedDocuments(texts, withoutUndefined({ signal }));
      const { dimensions } = embedder;
      return texts.map((_, row) =>
        cosineOf(question, vectors.subarray(row * dimensions, (row + 1) * dimensions)),
      );
    };
  }

  #check(request: RetrievalRequest): CheckedRequest {
    const { collection, embedder, reranker } = this.#parts;
    const question = checkRequest(request);
    const mode = chooseMode(request, collection, embedder);
    // A request with only a vector has no text to search for.
    if (mode === 'lexical') cleanQuestion(request.question);
    const keywords = request.keywords === undefined ? question : cleanQuestion(request.keywords);
    const filter = request.filter === undefined ? undefined : checkFilter(request.filter, collection.fields);
    const topK = request.topK ?? DEFAULT_TOP_K;
    const isNarrowed = request.perDocument !== undefined || reranker.id !== 'none';
    return {
      question,
      keywords,
      mode,
      filter,
      topK,
      depth: isNarrowed ? Math.min(MAX_TOP_K, topK * OVERFETCH) : topK,
    };
  }

  async #rerank(
    { minScore = Number.NEGATIVE_INFINITY, perDocument, signal }: RetrievalRequest,
    { question, topK }: CheckedRequest,
    found: readonly Hit[],
  ): Promise<{ readonly hits: readonly Hit[]; readonly use: RetrievalResult['reranked'] }> {
    const { reranker } = this.#parts;
    const hits = found.filter(({ score }) => score >= minScore);
    const depth = perDocument === undefined ? topK : Math.max(1, hits.length);
    const reranked = await reranker.rerank({ question, hits, topK: depth, signal });
    return {
      hits: capPerDocument(reranked, perDocument).slice(0, topK),
      use:
        reranker.id === 'none' || hits.length === 0
          ? undefined
          : { model: reranker.id, documents: hits.length },
    };
  }

  async close(): Promise<void> {
    const opened = this.#searcher.result;
    this.#searcher.forget();
    if (opened !== undefined) await (await opened).close();
  }

  #open(signal: AbortSignal | undefined): Promise<SearchedIndex> {
    return this.#searcher.get(signal, (shared) => this.#parts.openSearcher(shared));
  }

  async #embed(question: string, { vector, signal }: RetrievalRequest): Promise<Embeddings | undefined> {
    if (vector !== undefined) return { vectors: vector };
    return this.#parts.embedder?.embedQuery(question, signal === undefined ? {} : { signal });
  }
}

/** Vectors may have any length if the collection's metric is the inner product. */
const cosineOf = (left: Float32Array, right: Float32Array): number =>
  dotProduct(left, right) / Math.sqrt(dotProduct(left, left) * dotProduct(right, right));

/** A valid request with its defaults. */
interface CheckedRequest {
  readonly question: string;
  readonly keywords: string;
  readonly mode: SearchMode;
  readonly filter: Filter | undefined;
  readonly topK: number;
  /** Number of hits to search for, some of which may be dropped or reordered. */
  readonly depth: number;
}

function searchQuery(
  request: RetrievalRequest,
  { keywords, mode, filter, depth }: CheckedRequest,
  vector: Float32Array | undefined,
): SearchQuery {
  return {
    topK: depth,
    vector: mode === 'lexical' ? undefined : vector,
    text: mode !== 'vector' ? keywords : undefined,
    fusion: { ...DEFAULT_FUSION, ...withoutUndefined(request.fusion ?? {}) },
    filter,
    rescore: request.rescore,
    parameters: request.parameters && mode !== 'lexical' ? request.parameters : undefined,
    signal: request.signal,
  };
}

/** Searches for more hits as long as the limit per document leaves too few. */
async function searchUntilEnough(
  searcher: VersionSearcher,
  query: SearchQuery,
  topK: number,
  perDocument: number | undefined,
): Promise<SearchResult> {
  for (let depth = query.topK; ; depth = Math.min(MAX_TOP_K, depth * OVERFETCH)) {
    const found = await searcher.search({ ...query, topK: depth });
    const isEnough = capPerDocument(found.hits, perDocument).length >= topK;
    if (isEnough || found.hits.length < depth || depth === MAX_TOP_K) return found;
  }
}

function capPerDocument(hits: readonly Hit[], most: number | undefined): readonly Hit[] {
  if (most === undefined) return hits;
  const taken = new Map<string, number>();
  return hits.filter(({ documentId }) => {
    const count = (taken.get(documentId) ?? 0) + 1;
    taken.set(documentId, count);
    return count <= most;
  });
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; elapsedMs: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, elapsedMs: performance.now() - startedMs };
}
