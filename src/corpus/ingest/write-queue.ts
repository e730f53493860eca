import { type Chunk, SragError, throwIfAborted } from '../../core/index.ts';
import type { CorpusStore, DocumentWrite } from '../index.ts';
import { type Batch, chunksOf, documentWrite, type PendingDocument } from './batch.ts';
import { allVectors, type ChunkEmbedder } from './embed-batch.ts';

/**
 * Embedding may take hours, so complete documents are committed at this interval to lose little if it is
 * interrupted.
 */
const COMMIT_AFTER_MS = 10_000;
/**
 * Maximum characters queued for a slow embedder. A higher value makes time estimates more accurate, a lower
 * one saves memory.
 */
const MAX_WAITING_CHARACTERS = 32_000_000;

/** Dependencies of a {@link WriteQueue}. */
export interface WriteQueueParts {
  readonly corpus: CorpusStore;
  /** Undefined if documents have precomputed vectors, or no vectors. */
  readonly embedder: ChunkEmbedder | undefined;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
  /** Called for a document that cannot be embedded. */
  readonly onRefused: (document: PendingDocument, error: SragError) => void;
}

/**
 * Embeds and commits batches of documents in order, while more are read. A commit contains only complete
 * documents. After cancellation or failure, documents that have all their vectors are still committed.
 */
export class WriteQueue {
  readonly #parts: WriteQueueParts;
  #last: Promise<void> = Promise.resolve();
  #fault: { readonly error: unknown } | undefined;
  readonly #waiting: { readonly characters: number; readonly written: Promise<void> }[] = [];

  constructor(parts: WriteQueueParts) {
    this.#parts = parts;
  }

  /** Adds a batch; waits while the queue is full. @throws the error of an earlier batch. */
  async add(batch: Batch): Promise<void> {
    const { documents, characters } = batch;
    if (documents.length === 0) return;
    const limit = this.#parts.embedder === undefined ? 0 : MAX_WAITING_CHARACTERS;
    while (this.#waiting.reduce((sum, { characters }) => sum + characters, 0) > limit)
      await this.#waiting[0]?.written;
    if (this.#fault !== undefined) throw this.#fault.error;
    throwIfAborted(this.#parts.signal);
    const written = this.#last.then(async () => {
      await this.#write(documents);
      this.#waiting.shift();
    });
    written.catch((error: unknown) => {
      this.#fault ??= { error };
    });
    this.#last = written;
    this.#waiting.push({ characters, written });
  }

  /** Waits until everything is committed. @throws the error of a batch. */
  ended(): Promise<void> {
    return this.#last;
  }

  async #write(documents: readonly PendingDocument[]): Promise<void> {
    const { embedder, signal, now, onRefused } = this.#parts;
    throwIfAborted(signal);
    const chunks = documents.map(chunksOf);
    if (embedder === undefined)
      return this.#commit(documents.map((pending, index) => writeOf(pending, chunks[index]!)));
    const writes: Write[] = [];
    let committedMs = now();
    let next = 0;
    try {
      for await (const embedded of embedder.embed(chunks)) {
        const pending = documents[next]!;
        const vectors = allVectors(embedded);
        if (vectors instanceof SragError) onRefused(pending, vectors);
        else writes.push(writeOf(pending, chunks[next]!, vectors));
        next += 1;
        if (now() - committedMs < COMMIT_AFTER_MS) continue;
        await this.#commit(writes.splice(0));
        committedMs = now();
      }
    } catch (error) {
      // Report the embedder's error, not an error of this commit.
      await this.#commit(writes).catch(() => {});
      throw error;
    }
    await this.#commit(writes);
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    for (const replaces of [false, true]) {
      const documents = writes.filter(({ isUpdate }) => isUpdate === replaces).map(({ write }) => write);
      await this.#parts.corpus.write(documents, { replaces });
    }
  }
}

interface Write {
  readonly isUpdate: boolean;
  readonly write: DocumentWrite;
}

const writeOf = (
  pending: PendingDocument,
  chunks: readonly Chunk[],
  vectors: readonly (Float32Array | undefined)[] = chunks.map(() => pending.vector),
): Write => ({
  isUpdate: pending.isUpdate,
  write: documentWrite(pending, chunks, vectors),
});
