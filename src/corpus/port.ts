import type { Chunk, CollectionSettings, Metadata } from '../core/index.ts';

/** A document's record in the corpus. */
export interface DocumentRecord {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly metadata: Metadata;
  readonly mediaType: string;
  /** Hash of everything that determines its chunks and vectors: text, metadata, chunker, embedder. */
  readonly contentHash: string;
  readonly chunkCount: number;
  /**
   * Hash of the raw file, so that an unchanged file is not parsed again; '' if the file contains other
   * documents too.
   */
  readonly fileHash: string;
}

/** A document with everything needed to make it searchable. */
export interface DocumentWrite {
  readonly document: DocumentRecord & { readonly text: string };
  readonly chunks: readonly ChunkWrite[];
}

/** A chunk with its vector (absent in a collection without embedder). */
export interface ChunkWrite {
  readonly chunk: Chunk;
  readonly vector?: Float32Array;
  /** The chunk's index terms for lexical search, separated by spaces. */
  readonly terms: string;
}

export type StoredChunk = ChunkWrite;

export interface ScanOptions {
  /** Maximum chunks per batch; smaller batches need less memory. */
  readonly batchSize?: number;
  readonly withVectors?: boolean;
  /** If false, reading is faster, and the terms are ''. Default true. */
  readonly withTerms?: boolean;
  /** Only this document's chunks, in order. */
  readonly documentId?: string;
  readonly signal?: AbortSignal;
}

export interface CorpusStats {
  readonly documents: number;
  readonly chunks: number;
  /** Increases with every write. Identifies the state of the corpus from which an index was built. */
  readonly version: number;
  /** Size on disk or in the bucket; absent if unknown. */
  readonly sizeBytes?: number;
}

/**
 * The corpus of one collection: documents and chunks, with vectors and analysed terms. A write
 * replaces a document completely or not at all, even if the process is killed or two writers run
 * concurrently. Errors: those of the storage, DIMENSION_MISMATCH, INVALID_VECTOR, WRITE_CONFLICT,
 * DAMAGED_STORE.
 */
export interface CorpusStore {
  readonly settings: CollectionSettings;
  /**
   * Adds or replaces documents in one commit. `replaces: false` asserts that none of them is stored yet, which is
   * faster; if another writer adds the same document meanwhile, write it again with `replaces: true`.
   */
  write(documents: readonly DocumentWrite[], options: { readonly replaces: boolean }): Promise<void>;
  deleteDocuments(ids: readonly string[]): Promise<void>;
  /** Records of all documents, or of the given ones; without their texts. */
  documents(ids?: readonly string[]): AsyncIterable<readonly DocumentRecord[]>;
  /** Text of a document, or undefined. */
  documentText(id: string): Promise<string | undefined>;
  /** Stored chunks by id, in no particular order; unknown ids are left out. */
  chunks(ids: readonly string[], options?: { withVectors?: boolean }): Promise<readonly StoredChunk[]>;
  /** Vectors of chunks whose text (as embedded) has one of these hashes; they need not be embedded again. */
  vectorsByTextHash(hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  scan(options?: ScanOptions): AsyncIterable<readonly StoredChunk[]>;
  stats(): Promise<CorpusStats>;
  /**
   * Removes chunks that concurrent writers left behind although their document was replaced. Returns their
   * number.
   */
  reconcile(): Promise<number>;
  /** Merges small files and removes old versions. Index versions built earlier stay readable. */
  compact(): Promise<void>;
  close(): Promise<void>;
}
