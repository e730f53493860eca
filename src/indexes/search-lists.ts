import {
  DEFAULT_FUSION,
  fuse,
  type Hit,
  type SearchQuery,
  type SearchResult,
  SragError,
  throwIfAborted,
} from '../core/index.ts';
import { type Lexicon, RESCORE_DEPTH } from '../documents/lexical/index.ts';
import { type Bm25Hit, rescoredHits } from './rescored-hits.ts';

/** The two searches of an engine. Each returns its best `depth` hits, best first, ties by id. */
export interface ListSearches {
  /** Hits whose scores are set. */
  vector(vector: Float32Array, depth: number): Promise<readonly Hit[]>;
  /** Hits in BM25 order. */
  bm25(text: string, depth: number): Promise<readonly Bm25Hit[]>;
}

interface TimedList {
  readonly hits: readonly Hit[];
  readonly elapsedMs: number;
  readonly rescoreMs?: number;
}

/**
 * Answers a query with an engine's searches: by vector, by text (re-scored), or by both lists fused.
 * @throws DIMENSION_MISMATCH, CANCELLED
 */
export async function searchLists(
  query: SearchQuery,
  dimensions: number,
  lexicon: Lexicon,
  searches: ListSearches,
): Promise<SearchResult> {
  const { signal, topK, text, fusion = DEFAULT_FUSION } = query;
  throwIfAborted(signal);
  const startedMs = performance.now();
  if (query.vector !== undefined) checkDimensions(query.vector, dimensions);
  const isHybrid = query.vector !== undefined && text !== undefined;
  const depth = isHybrid ? Math.max(fusion.depth, topK) : topK;
  const [vector, lexical] = await Promise.all([
    query.vector && vectorList(query.vector, depth, searches),
    text === undefined ? undefined : lexicalList(text, depth, query.rescore !== false && lexicon, searches),
  ]);
  throwIfAborted(signal);
  const hits = isHybrid
    ? fuse(vector?.hits ?? [], lexical?.hits ?? [], fusion)
    : (vector?.hits ?? lexical?.hits ?? []);
  return {
    hits: hits.slice(0, topK),
    trace: {
      vectorMs: vector?.elapsedMs,
      ...(lexical && { lexicalMs: lexical.elapsedMs, rescoreMs: lexical.rescoreMs }),
      totalMs: performance.now() - startedMs,
    },
  };
}

function checkDimensions(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new SragError(
    'DIMENSION_MISMATCH',
    `The question's vector has ${vector.length} dimensions, but the index has ${dimensions}.`,
    {
      remedy: 'Embed the question with the embedder of the collection.',
      fields: { expected: dimensions, actual: vector.length },
    },
  );
}

async function vectorList(vector: Float32Array, depth: number, searches: ListSearches): Promise<TimedList> {
  const startedMs = performance.now();
  return { hits: await searches.vector(vector, depth), elapsedMs: performance.now() - startedMs };
}

/** Re-scores the list with `lexicon`, unless it is false. */
async function lexicalList(
  text: string,
  depth: number,
  lexicon: Lexicon | false,
  searches: ListSearches,
): Promise<TimedList> {
  const startedMs = performance.now();
  const found = await searches.bm25(text, lexicon ? Math.max(depth, RESCORE_DEPTH) : depth);
  const rescoreStartedMs = performance.now();
  const scored = lexicon ? await rescoredHits(text, found, lexicon) : found.map(({ hit }) => hit);
  const hits = scored.map((hit) => ({ ...hit, scores: { lexical: hit.score } })).slice(0, depth);
  const nowMs = performance.now();
  return { hits, elapsedMs: nowMs - startedMs, rescoreMs: nowMs - rescoreStartedMs };
}
