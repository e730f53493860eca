import { type CollectionSettings, searchedText, throwIfAborted } from '../../core/index.ts';
import type {
  CorpusStats,
  CorpusStore,
  DocumentRecord,
  DocumentWrite,
  ScanOptions,
  StoredChunk,
} from '../port.ts';
import { textHash } from '../text-hash.ts';
import { checkVectors } from '../vectors.ts';

/** An in-memory corpus, for tests and single processes. */
export class MemoryCorpus implements CorpusStore {
  readonly settings: CollectionSettings;
  readonly #documents = new Map<string, DocumentWrite>();
  #version = 1;

  constructor(settings: CollectionSettings) {
    this.settings = settings;
  }

  async write(documents: readonly DocumentWrite[]): Promise<void> {
    if (documents.length === 0) return;
    checkVectors(documents, this.settings);
    for (const write of documents) this.#documents.set(write.document.id, structuredClone(write));
    this.#version += 1;
  }

  async deleteDocuments(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#documents.delete(id);
    if (ids.length > 0) this.#version += 1;
  }

  async *documents(ids?: readonly string[]): AsyncIterable<readonly DocumentRecord[]> {
    const wanted = ids === undefined ? undefined : new Set(ids);
    const records = [...this.#documents.values()].map(({ document: { text: _, ...record } }) => record);
    const found = records.filter(({ id }) => wanted?.has(id) ?? true);
    if (found.length > 0) yield found;
  }

  async documentText(id: string): Promise<string | undefined> {
    return this.#documents.get(id)?.document.text;
  }

  async chunks(
    ids: readonly string[],
    options: { withVectors?: boolean } = {},
  ): Promise<readonly StoredChunk[]> {
    const wanted = new Set(ids);
    return this.#all(options.withVectors).filter(({ chunk }) => wanted.has(chunk.id));
  }

  async vectorsByTextHash(hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const wanted = new Set(hashes);
    const found = new Map<string, Float32Array>();
    for (const { chunk, vector } of this.#all(true)) {
      const hash = textHash(searchedText(chunk));
      if (vector !== undefined && wanted.has(hash)) found.set(hash, vector);
    }
    return found;
  }

  async *scan(options: ScanOptions = {}): AsyncIterable<readonly StoredChunk[]> {
    const { documentId, batchSize = 1_024 } = options;
    const all = this.#all(options.withVectors).filter(
      ({ chunk }) => documentId === undefined || chunk.documentId === documentId,
    );
    for (let start = 0; start < all.length; start += batchSize) {
      throwIfAborted(options.signal);
      const batch = all.slice(start, start + batchSize);
      yield options.withTerms === false ? batch.map((stored) => ({ ...stored, terms: '' })) : batch;
    }
  }

  async stats(): Promise<CorpusStats> {
    return { documents: this.#documents.size, chunks: this.#all(false).length, version: this.#version };
  }

  async reconcile(): Promise<number> {
    return 0;
  }

  async compact(): Promise<void> {}
  async close(): Promise<void> {}

  #all(withVectors = false): StoredChunk[] {
    const stored = [...this.#documents.values()].flatMap(({ chunks }) => [...chunks]);
    return structuredClone(
      stored.map(({ vector, ...rest }) => (withVectors && vector ? { ...rest, vector } : rest)),
    );
  }
}
