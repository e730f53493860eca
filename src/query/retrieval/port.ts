import type { Fusion, Hit, SearchMode, StorageUse } from '../../core/index.ts';
import type { IndexParameters, VersionSearcher } from '../../indexes/index.ts';

/** The index that a retriever searches; it may switch to a newly published version. */
export interface SearchedIndex extends VersionSearcher {
  /**
   * The version to use for all searches of one question, even if another version is published in between.
   * Absent if the index has only one version.
   */
  current?(): VersionSearcher;
  close(): Promise<void>;
}

/** A question to a collection, with its options. */
export interface RetrievalRequest {
  readonly question: string;
  /** Text of the keyword search, where a repeated word counts more. Default: the question. */
  readonly keywords?: string | undefined;
  /** Precomputed vector of the question, which is then not embedded. */
  readonly vector?: Float32Array;
  /** 1 to 1,000. Default 10. */
  readonly topK?: number;
  /** Default `auto`: hybrid with a semantic embedder, else lexical. */
  readonly mode?: SearchMode | 'auto';
  /** Checked against the collection's declared fields. */
  readonly filter?: unknown;
  /** Minimum score, on the scale of the mode. */
  readonly minScore?: number;
  /** Maximum number of hits per document. */
  readonly perDocument?: number;
  /** Neighbouring chunks to add on each side of a hit. */
  readonly neighbours?: number;
  readonly fusion?: Partial<Fusion>;
  /** False returns plain BM25 without re-scoring. */
  readonly rescore?: boolean;
  readonly parameters?: IndexParameters;
  readonly signal?: AbortSignal;
}

/** Time per stage of a request, in milliseconds; absent if that stage did not run or was not measured. */
export interface RetrievalTrace {
  readonly coldStart: boolean;
  readonly initMs?: number;
  readonly stages: {
    /** A model's time to rewrite a follow-up question. */
    readonly rewriteMs?: number;
    readonly embedMs?: number;
    readonly openMs?: number;
    readonly searchMs?: number;
    readonly fetchMs?: number;
    readonly rerankMs?: number;
    readonly generateMs?: number;
    readonly firstTokenMs?: number;
  };
  readonly totalMs: number;
  /** Absent if the index kind reads through a library that does not count its reads (LanceDB). */
  readonly storage?: StorageUse;
  readonly index: { readonly kind: string; readonly version: string };
  readonly cached: boolean;
  /** The self-contained question that was searched, if it differs from the question. */
  readonly searchedQuestion?: string | undefined;
}

export interface RetrievalResult {
  readonly mode: SearchMode;
  readonly hits: readonly Hit[];
  readonly trace: RetrievalTrace;
  /** Tokens of the embedded question; absent if none was embedded, or the model did not report them. */
  readonly embeddedTokens?: number;
  /** Reranker and number of hits that it reranked; absent without a reranker or without hits. */
  readonly reranked?: { readonly model: string; readonly documents: number };
  /**
   * Cosines of texts with the question, for choosing sentences. Present if the question was embedded by a semantic embedder
   * that runs in this process, so that further texts cost no request.
   */
  readonly similarities?: (texts: readonly string[]) => Promise<readonly number[]>;
  /** Details of the search stage, for `--explain`. */
  readonly searchDetails: Readonly<Record<string, number | string>>;
}
