import type { Chunk } from '../../core/index.ts';
import type { DocumentRecord, DocumentWrite } from '../index.ts';
import type { ReadDocument } from './reader/protocol.ts';

/** A document to be written. */
export interface PendingDocument extends Pick<ReadDocument, 'document' | 'chunks'> {
  readonly contentHash: string;
  readonly fileHash: string;
  /** Whether the corpus contained an older version. */
  readonly isUpdate: boolean;
  /** Precomputed vector of the document's only chunk. */
  readonly vector: Float32Array | undefined;
}

/**
 * Batches are large because every write creates a commit and a file. The limits bound memory and the work
 * lost in a crash.
 */
const MAX_CHUNKS = 2_048;
const MAX_CHARACTERS = 8_000_000;
const MAX_AGE_MS = 20_000;

/** Collects documents until a commit is due. */
export class Batch {
  readonly documents: PendingDocument[] = [];
  #chunks = 0;
  #characters = 0;
  readonly #startedMs: number;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedMs = now();
  }

  add(pending: PendingDocument): void {
    this.documents.push(pending);
    this.#chunks += pending.chunks.length;
    const { text, metadata } = pending.document;
    this.#characters += 2 * text.length + 2 * JSON.stringify(metadata).length;
  }

  /** Twice the characters of texts and metadata, because chunks also have metadata and analysed terms. */
  get characters(): number {
    return this.#characters;
  }

  get isFull(): boolean {
    return (
      this.#chunks >= MAX_CHUNKS ||
      this.#characters >= MAX_CHARACTERS ||
      this.#now() - this.#startedMs >= MAX_AGE_MS
    );
  }
}

/** The document's chunks, completed with the document's fields. */
export const chunksOf = ({ document, chunks }: PendingDocument): Chunk[] =>
  chunks.map(({ id, start, end, tokens, headingPath }, ordinal) => ({
    id,
    documentId: document.id,
    ordinal,
    title: document.title,
    text: document.text.slice(start, end),
    start,
    end,
    headingPath,
    metadata: document.metadata,
    tokens,
  }));

/** Converts a pending document to a corpus write. */
export function documentWrite(
  pending: PendingDocument,
  chunks: readonly Chunk[],
  vectors: readonly (Float32Array | undefined)[],
): DocumentWrite {
  const { document } = pending;
  const record: DocumentRecord = {
    id: document.id,
    source: document.source,
    title: document.title,
    metadata: document.metadata,
    mediaType: document.mediaType,
    contentHash: pending.contentHash,
    fileHash: pending.fileHash,
    chunkCount: chunks.length,
  };
  return {
    document: { ...record, text: document.text },
    chunks: chunks.map((chunk, index) => {
      const vector = vectors[index];
      return { chunk, terms: pending.chunks[index]!.terms, vector };
    }),
  };
}
