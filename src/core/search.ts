import type { Metadata } from './document.ts';
import type { Filter } from './filter.ts';

/** How a question is matched. `auto` means hybrid with a semantic embedder, otherwise lexical. */
export type SearchMode = 'lexical' | 'vector' | 'hybrid';
export const SEARCH_MODES = ['lexical', 'vector', 'hybrid'] as const satisfies readonly SearchMode[];

/** Scores of a hit by stage; higher is always better. */
export interface HitScores {
  /** In the collection's metric: cosine similarity, -1 to 1, or inner product. */
  readonly vector?: number;
  /** Re-scored BM25 (unbounded, >= 0). */
  readonly lexical?: number;
  /** Weighted sum (0 to 1) or reciprocal rank. */
  readonly fused?: number;
  readonly rerank?: number;
}

/** A matching chunk. Hits are ordered by `score`, ties by id. */
export interface Hit {
  readonly id: string;
  readonly documentId: string;
  readonly ordinal: number;
  readonly title: string;
  readonly text: string;
  /** UTF-16 offsets into the document's extracted text. */
  readonly start: number;
  readonly end: number;
  readonly headingPath: readonly string[];
  readonly metadata: Metadata;
  readonly score: number;
  readonly scores: HitScores;
  /** Chunks around the hit in the hit's document, in order, if requested. */
  readonly neighbours?: readonly Neighbour[];
}

/** A chunk next to a hit, returned whether or not it matches. */
export interface Neighbour {
  readonly id: string;
  readonly ordinal: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** How two ranked lists are fused. */
export interface Fusion {
  readonly method: 'weighted-sum' | 'rrf';
  /** Weight of the vector list, 0 to 1; the lexical list gets the rest. */
  readonly vectorWeight: number;
  /** Number of best hits of each list that are fused. */
  readonly depth: number;
}
export const DEFAULT_FUSION: Fusion = { method: 'weighted-sum', vectorWeight: 0.5, depth: 200 };

/** A query to a searcher: a vector, a text, or both (then the two lists are fused). */
export interface SearchQuery {
  readonly vector?: Float32Array;
  readonly text?: string;
  /** 1 to 1,000. */
  readonly topK: number;
  readonly filter?: Filter;
  readonly fusion?: Fusion;
  /** False returns plain BM25 instead of the re-scored list. Default true. */
  readonly rescore?: boolean;
  /** Query-time parameters of the index kind (for example `nprobes`), checked by the kind. */
  readonly parameters?: Readonly<Record<string, number>>;
  readonly signal?: AbortSignal;
}

/** Times of a search, in milliseconds, and its reads. A value that was not measured is absent, never 0. */
export interface SearchTrace {
  readonly openMs?: number;
  readonly vectorMs?: number;
  readonly lexicalMs?: number;
  readonly rescoreMs?: number;
  readonly fetchMs?: number;
  readonly totalMs: number;
  readonly storage?: StorageUse;
  /** Details of the index kind, such as the query plan or the number of partitions probed. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** Storage requests of one operation. */
export interface StorageUse {
  readonly reads: number;
  readonly bytes: number;
  /** The largest number of requests of which no two overlap in time. */
  readonly waves: number;
  readonly cacheHits: number;
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  readonly trace: SearchTrace;
}
