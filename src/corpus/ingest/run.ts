import { throwIfAborted } from '../../core/index.ts';
import { type FileToLoad, isDataset, type LoadFailure } from '../../documents/loaders/index.ts';
import { Batch, type PendingDocument } from './batch.ts';
import { contentHash, fileHash } from './content-hash.ts';
import { documentFailure, duplicateId } from './document-failure.ts';
import { ChunkEmbedder } from './embed-batch.ts';
import { amountOf, EmbeddingProgress } from './embedding-progress.ts';
import { FieldMismatches } from './field-mismatches.ts';
import { KnownDocuments } from './known-documents.ts';
import type { IngestReport, IngestRequest } from './port.ts';
import { FileReader } from './reader/file-reader.ts';
import type { ReadDocument, ReadItem } from './reader/protocol.ts';
import { readyVector } from './vectors-of.ts';
import { WriteQueue } from './write-queue.ts';

/**
 * Synchronises the corpus with the files: writes new and changed documents and removes deleted ones. If the
 * process is killed, the corpus contains only complete documents, and the next run resumes from there.
 * @throws CANCELLED if the signal is aborted (committed documents stay), and errors of the corpus and the
 * embedder.
 */
export async function ingest(request: IngestRequest): Promise<IngestReport> {
  const run = new IngestRun(request, await KnownDocuments.read(request.corpus));
  try {
    for (const file of request.files) await run.file(file);
    return await run.finish();
  } catch (error) {
    // Wait for the write in flight, because the caller closes the corpus next.
    await run.settle();
    throw error;
  } finally {
    await run.close();
  }
}

class IngestRun {
  readonly #request: IngestRequest;
  readonly #known: KnownDocuments;
  readonly #reader: FileReader;
  readonly #failures: LoadFailure[];
  readonly #counts = { added: 0, updated: 0, unchanged: 0 };
  readonly #mismatches: FieldMismatches;
  #batch = new Batch(Date.now);
  readonly #queue: WriteQueue;
  readonly #bytesTotal: number;
  #filesDone = 0;
  #bytesDone = 0;
  /** Bytes read of the current file. */
  #bytesOfFile = 0;
  #chunks = 0;
  #tokens = 0;
  readonly #embedder: ChunkEmbedder | undefined;
  readonly #embedding: EmbeddingProgress;
  #isEmbedderChecked: boolean;

  constructor(request: IngestRequest, known: KnownDocuments) {
    this.#request = request;
    this.#known = known;
    this.#reader = request.reader ?? new FileReader(request.signal);
    this.#failures = [...request.failures];
    this.#mismatches = new FieldMismatches(request.settings.fields);
    for (const { source } of request.failures) known.keepUnseenOf(source);
    const { corpus, embedder, signal, files } = request;
    this.#isEmbedderChecked = request.isEmbedderChecked === true;
    this.#bytesTotal = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#embedding = new EmbeddingProgress(files, (source) => known.get(source) !== undefined, {
      now: () => performance.now(),
      onChange: () => this.#reportProgress(0),
    });
    if (embedder !== undefined)
      this.#embedder = new ChunkEmbedder({
        ...{ embedder, corpus, signal, kept: request.kept },
        progress: this.#embedding,
        now: () => performance.now(),
      });
    this.#queue = new WriteQueue({
      corpus,
      embedder: this.#embedder,
      signal,
      now: () => performance.now(),
      onRefused: (pending, error) => {
        this.#count(pending, -1);
        this.#fail(documentFailure(pending.document, error));
      },
    });
  }

  async file(file: FileToLoad): Promise<void> {
    throwIfAborted(this.#request.signal);
    for await (const { item, hash } of this.#itemsOf(file)) {
      if (item.kind === 'failure') this.#fail(item.failure);
      else if (item.kind === 'unchanged') this.#unchanged(item.id, file.source);
      else await this.#document(item, hash);
    }
    this.#filesDone += 1;
    this.#embedding.read(file, file.sizeBytes - this.#bytesOfFile);
    this.#bytesDone += file.sizeBytes;
    this.#bytesOfFile = 0;
    this.#reportProgress(0);
  }

  async finish(): Promise<IngestReport> {
    const { corpus, roots, prune, dryRun, signal } = this.#request;
    await this.#flush();
    await this.#queue.ended();
    throwIfAborted(signal);
    const vanished = prune ? this.#known.vanished(roots) : [];
    if (!dryRun) {
      await corpus.deleteDocuments(vanished);
      await corpus.reconcile();
      if (this.#chunks > 0) await this.#request.kept?.clear().catch(() => {});
    }
    const embeddedTokens = this.#embedder?.inputTokens;
    return {
      documents: { ...this.#counts, removed: vanished.length, failed: this.#failures.length },
      chunks: this.#chunks,
      tokens: this.#tokens,
      vectorsReused: this.#embedder?.reused ?? 0,
      embeddedTokens,
      failures: this.#failures,
      fieldMismatches: this.#mismatches.list(),
    };
  }

  /** Waits for the write in flight and ignores its errors. */
  async settle(): Promise<void> {
    await this.#queue.ended().catch(() => {});
  }

  /** Ends the reader process. */
  close(): Promise<void> {
    return this.#reader.close();
  }

  /**
   * Yields the items of a file. A file that is one document with the stored hash yields `unchanged` without
   * being read.
   */
  async *#itemsOf(file: FileToLoad): AsyncIterable<{ item: ReadItem; hash: string }> {
    const { limits, fieldMap, settings, vectors, signal } = this.#request;
    const { chunker } = settings;
    let hash = '';
    let known: ReadonlyMap<string, string> = new Map();
    if (isDataset(file.path)) {
      known = this.#known.contentHashes(file.source);
    } else if (file.sizeBytes <= limits.maxFileBytes) {
      // The reader reports an unreadable file, with its remedy.
      hash = await fileHash(file.path, chunker, signal).catch(() => '');
      const stored = this.#known.get(file.source);
      if (hash !== '' && stored?.fileHash === hash && stored.source === file.source) {
        yield { item: { kind: 'unchanged', id: file.source }, hash };
        return;
      }
    }
    const hashes = vectors === undefined;
    for await (const batch of this.#reader.read({ file, limits, fieldMap, chunker, known, hashes })) {
      const chunks = batch.items.flatMap((item) => (item.kind === 'document' ? item.chunks : []));
      this.#embedding.read(file, batch.bytesRead - this.#bytesOfFile, amountOf(chunks));
      this.#bytesOfFile = batch.bytesRead;
      for (const item of batch.items) yield { item, hash };
    }
  }

  #unchanged(id: string, source: string): void {
    if (this.#isFirst(id, source)) this.#counts.unchanged += 1;
  }

  /** Returns false, and records a failure, if this ingest has already seen the document's id. */
  #isFirst(id: string, source: string): boolean {
    if (this.#known.see(id)) return true;
    this.#fail(duplicateId(id, source));
    return false;
  }

  async #document(
    { document, row, chunks, contentHash: hashOfReader }: ReadDocument,
    hash: string,
  ): Promise<void> {
    const { settings, vectors, signal } = this.#request;
    if (!this.#isFirst(document.id, document.source)) return;
    const known = this.#known.get(document.id);
    let pending: PendingDocument;
    try {
      const vector = vectors === undefined ? undefined : await readyVector(vectors, row);
      const content = hashOfReader ?? contentHash(document, settings.chunker, vector);
      if (known?.contentHash === content && known.fileHash === hash && known.source === document.source) {
        this.#counts.unchanged += 1;
        return;
      }
      pending = {
        document,
        chunks,
        contentHash: content,
        fileHash: hash,
        isUpdate: known !== undefined,
        vector,
      };
    } catch (error) {
      // One rejected document must not fail the others.
      throwIfAborted(signal);
      this.#fail(documentFailure(document, error));
      return;
    }
    this.#count(pending, 1);
    this.#mismatches.add(document);
    if (this.#request.dryRun) return;
    if (!this.#isEmbedderChecked) await this.#embedder?.check();
    this.#isEmbedderChecked = true;
    this.#batch.add(pending);
    if (this.#batch.isFull) await this.#flush();
  }

  /** Counts a document that will be written (1), or undoes this (-1). */
  #count({ isUpdate, chunks }: PendingDocument, sign: 1 | -1): void {
    this.#counts[isUpdate ? 'updated' : 'added'] += sign;
    this.#chunks += sign * chunks.length;
    for (const { tokens } of chunks) this.#tokens += sign * tokens;
  }

  #fail(failure: LoadFailure): void {
    this.#failures.push(failure);
    this.#known.keepUnseenOf(failure.source);
  }

  /** Queues the batch for embedding and writing. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = new Batch(Date.now);
    await this.#queue.add(batch);
    this.#reportProgress(batch.documents.length);
  }

  #reportProgress(pendingDocuments: number): void {
    const { files } = this.#request;
    this.#request.onProgress?.({
      filesDone: this.#filesDone,
      filesTotal: files.length,
      bytesDone: this.#bytesDone + this.#bytesOfFile,
      bytesTotal: this.#bytesTotal,
      documents: this.#counts.added + this.#counts.updated + this.#counts.unchanged - pendingDocuments,
      chunks: this.#chunks,
      embedding: this.#embedder === undefined ? undefined : this.#embedding.state,
    });
  }
}
