import type { CollectionSettings } from '../../core/index.ts';
import type { FieldMap, FileToLoad, LoadFailure, LoadLimits } from '../../documents/loaders/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { CorpusStore } from '../index.ts';
import type { EmbeddingState } from './embedding-progress.ts';
import type { FieldMismatch } from './field-mismatches.ts';
import type { FileReader } from './reader/file-reader.ts';

/** Ready-made vectors: row i belongs to record i of the one dataset file that is ingested. */
export interface DocumentVectors {
  readonly dimensions: number;
  readonly rows: number;
  /** The vector of a row, at unit length. @throws INVALID_VECTOR naming the row */
  vector(row: number): Float32Array | Promise<Float32Array>;
}

/** Where vectors of documents that are embedded in part outlive the process, by the hash of their text. */
export interface KeptVectors {
  read(): Promise<ReadonlyMap<string, Float32Array>>;
  keep(vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** Forgets all: their documents are written. */
  clear(): Promise<void>;
}

export interface IngestRequest {
  readonly corpus: CorpusStore;
  readonly settings: CollectionSettings;
  readonly files: readonly FileToLoad[];
  /** Failures met while the files were listed. */
  readonly failures: readonly LoadFailure[];
  /** Sources (files, and folders ending in `/`) whose vanished documents are removed. */
  readonly roots: readonly string[];
  /** Undefined with embedder `none` or ready-made vectors. */
  readonly embedder: Embedder | undefined;
  readonly vectors: DocumentVectors | undefined;
  /** Absent: a large document that is embedded in part is embedded from its beginning by the next run. */
  readonly kept?: KeptVectors;
  readonly limits: LoadLimits;
  readonly fieldMap: FieldMap;
  readonly prune: boolean;
  /** Plans and counts only; nothing is embedded or written. */
  readonly dryRun: boolean;
  /** One that may have begun with the first file; the ingest closes it. Default: a new one. */
  readonly reader?: FileReader;
  /** Whether the embedder has answered already; otherwise it is asked for one vector before the first document is taken. */
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
  /** Absent where nothing is embedded. */
  readonly embedding?: EmbeddingState;
}

/** What an ingest did; with `dryRun`, what it would do. */
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
  /** Chunks whose vector was found in the corpus instead of being embedded again. */
  readonly vectorsReused: number;
  /** Tokens that the embedder's service counted, where it did. */
  readonly embeddedTokens?: number;
  readonly failures: readonly LoadFailure[];
  /** Declared fields with values of added and updated documents that do not fit. */
  readonly fieldMismatches: readonly FieldMismatch[];
}
