import type { Chunk, CollectionSettings, Metadata } from '../core/index.ts';

/** A document as the corpus knows it. */
export interface DocumentRecord {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly metadata: Metadata;
  readonly mediaType: string;
  /** Of everything that decides its chunks and vectors: text, metadata, chunker, embedder. */
  readonly contentHash: string;
  readonly chunkCount: number;
  /** Of the raw file, where the file is this one document: an unchanged file need not be parsed. Else ''. */
  readonly fileHash: string;
}

/** A document with all it needs to be searchable. */
export interface DocumentWrite {
  readonly document: DocumentRecord & { readonly text: string };
  readonly chunks: readonly ChunkWrite[];
}

/** A chunk with its vector (absent in a collection without embedder). */
export interface ChunkWrite {
  readonly chunk: Chunk;
  readonly vector?: Float32Array;
  /** The chunk's analysed words, for lexical search. */
  readonly terms: string;
}

export type StoredChunk = ChunkWrite;

export interface ScanOptions {
  /** Chunks per batch at most; smaller takes less memory. */
  readonly batchSize?: number;
  readonly withVectors?: boolean;
  /** False leaves the analysed terms out (they are ''): quicker where nobody looks at words. Default true. */
  readonly withTerms?: boolean;
  /** Only this document, in order of the chunks. */
  readonly documentId?: string;
  readonly signal?: AbortSignal;
}

export interface CorpusStats {
  readonly documents: number;
  readonly chunks: number;
  /** Increases with every write; names what an index was built from. */
  readonly version: number;
  /** On disk or in the bucket; absent where it cannot be told. */
  readonly sizeBytes?: number;
}

/**
 * The corpus of record of one collection: documents and chunks, with vectors and analysed terms.
 * A write replaces a document whole or not at all, also when the process is killed or two writers race.
 * Errors: those of the storage, DIMENSION_MISMATCH, INVALID_VECTOR, WRITE_CONFLICT, DAMAGED_STORE.
 */
export interface CorpusStore {
  readonly settings: CollectionSettings;
  /**
   * Adds or replaces documents in one commit. `replaces: false` promises that none of them is stored yet, which
   * is faster; where another writer adds the same document meanwhile, write it again with `replaces: true`.
   */
  write(documents: readonly DocumentWrite[], options: { readonly replaces: boolean }): Promise<void>;
  deleteDocuments(ids: readonly string[]): Promise<void>;
  /** Records of all documents, or of those given; without their texts. */
  documents(ids?: readonly string[]): AsyncIterable<readonly DocumentRecord[]>;
  /** Text of a document, or undefined. */
  documentText(id: string): Promise<string | undefined>;
  /** Stored chunks by id, in no particular order; unknown ids are left out. */
  chunks(ids: readonly string[], options?: { withVectors?: boolean }): Promise<readonly StoredChunk[]>;
  /** Vectors of chunks whose text (as embedded) hashes to one of these: what need not be embedded again. */
  vectorsByTextHash(hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  scan(options?: ScanOptions): AsyncIterable<readonly StoredChunk[]>;
  stats(): Promise<CorpusStats>;
  /** After racing writers: removes chunks whose document another writer replaced meanwhile. Gives how many. */
  reconcile(): Promise<number>;
  /** Joins small files and forgets old versions. Index versions built earlier stay readable. */
  compact(): Promise<void>;
  close(): Promise<void>;
}
