import type { CollectionSettings } from '../../core/index.ts';
import type { FieldMap, FileToLoad, LoadFailure, LoadLimits } from '../../documents/loaders/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { CorpusStore } from '../index.ts';
import type { EmbeddingState } from './embedding-progress.ts';
import type { FieldMismatch } from './field-mismatches.ts';
import type { FileReader } from './reader/file-reader.ts';

/** Precomputed vectors: row i belongs to record i of the single ingested dataset file. */
export interface DocumentVectors {
  readonly dimensions: number;
  readonly rows: number;
  /** The vector of a row, at unit length. @throws INVALID_VECTOR naming the row */
  vector(row: number): Float32Array | Promise<Float32Array>;
}

/** Keeps vectors of partially embedded documents for later processes, by the hash of the embedded text. */
export interface KeptVectors {
  read(): Promise<ReadonlyMap<string, Float32Array>>;
  keep(vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** Deletes all vectors once their documents are written. */
  clear(): Promise<void>;
}

export interface IngestRequest {
  readonly corpus: CorpusStore;
  readonly settings: CollectionSettings;
  readonly files: readonly FileToLoad[];
  /** Failures that occurred while files were listed. */
  readonly failures: readonly LoadFailure[];
  /**
   * Sources (files, and folders ending in `/`). Documents below them that no longer exist are removed from
   * the corpus.
   */
  readonly roots: readonly string[];
  /** Undefined with embedder `none`, and with precomputed vectors. */
  readonly embedder: Embedder | undefined;
  readonly vectors: DocumentVectors | undefined;
  /** If absent, the next run embeds a partially embedded document from its beginning. */
  readonly kept?: KeptVectors;
  readonly limits: LoadLimits;
  readonly fieldMap: FieldMap;
  readonly prune: boolean;
  /** Only counts the changes; nothing is embedded or written. */
  readonly dryRun: boolean;
  /**
   * A reader that may already have started to read the first file; the ingest closes it. Default: a new
   * reader.
   */
  readonly reader?: FileReader;
  /**
   * Whether the embedder has been checked. If not, the ingest requests one vector before the first document.
   */
  readonly isEmbedderChecked?: boolean;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
}

export interface IngestProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly documents: number;
  readonly chunks: number;
  /** Absent if nothing is embedded. */
  readonly embedding?: EmbeddingState;
}

/** Result of an ingest. With `dryRun`, the result that the ingest would have. */
export interface IngestReport {
  readonly documents: {
    readonly added: number;
    readonly updated: number;
    readonly removed: number;
    readonly unchanged: number;
    readonly failed: number;
  };
  /** Chunks written. */
  readonly chunks: number;
  /** Estimated tokens of the written chunks. */
  readonly tokens: number;
  /** Chunks whose vector was reused from the corpus. */
  readonly vectorsReused: number;
  /** Tokens counted by the embedding service, if it reports them. */
  readonly embeddedTokens?: number;
  readonly failures: readonly LoadFailure[];
  /** Declared fields whose values in added and updated documents do not fit their types. */
  readonly fieldMismatches: readonly FieldMismatch[];
}
