import type { Fusion, Hit, SearchMode, StorageUse } from '../../core/index.ts';
import type { IndexParameters, Searcher } from '../../indexes/index.ts';

/** One version of an index. */
export interface SearchedVersion extends Pick<Searcher, 'search' | 'neighbours'> {
  readonly manifest: { readonly kind: string; readonly version: string };
}

/** What a retriever searches: an opened index, which may follow what is published. */
export interface SearchedIndex extends SearchedVersion {
  /**
   * The version that answers now, for all that one question asks: it stays the same while another is published. Absent
   * where the index is one version.
   */
  current?(): SearchedVersion;
  close(): Promise<void>;
}

/** What is asked of a collection. */
export interface RetrievalRequest {
  readonly question: string;
  /** Ready-made vector of the question; then nothing is embedded. */
  readonly vector?: Float32Array;
  /** 1 to 1,000. Default 10. */
  readonly topK?: number;
  /** Default `auto`: hybrid with a semantic embedder, else lexical. */
  readonly mode?: SearchMode | 'auto';
  /** Checked against the collection's declared fields. */
  readonly filter?: unknown;
  /** Least score, in the mode's own scale. */
  readonly minScore?: number;
  /** Most hits of one document. */
  readonly perDocument?: number;
  /** Neighbouring chunks to add on each side of a hit's text. */
  readonly neighbours?: number;
  readonly fusion?: Partial<Fusion>;
  /** False: plain BM25. */
  readonly rescore?: boolean;
  readonly parameters?: IndexParameters;
  readonly signal?: AbortSignal;
}

/** Where a request's time went; milliseconds. Absent = that stage did not run, or was not measured. */
export interface RetrievalTrace {
  readonly coldStart: boolean;
  readonly initMs?: number;
  readonly stages: {
    readonly embedMs?: number;
    readonly openMs?: number;
    readonly searchMs?: number;
    readonly fetchMs?: number;
    readonly rerankMs?: number;
    readonly generateMs?: number;
    readonly firstTokenMs?: number;
  };
  readonly totalMs: number;
  /** Absent where the index kind reads through a library that does not count (LanceDB). */
  readonly storage?: StorageUse;
  readonly index: { readonly kind: string; readonly version: string };
  readonly cached: boolean;
}

export interface RetrievalResult {
  readonly mode: SearchMode;
  readonly hits: readonly Hit[];
  readonly trace: RetrievalTrace;
  /** Tokens of the question that a model embedded; absent where none did, or it did not say. */
  readonly embeddedTokens?: number;
  /** What was re-ranked, and by what; absent where nothing was. */
  readonly reranked?: { readonly model: string; readonly documents: number };
  /** Parts of the search stage, for `--explain`. */
  readonly searchDetails: Readonly<Record<string, number | string>>;
}
