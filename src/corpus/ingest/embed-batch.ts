import { type Chunk, SragError, searchedText } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import { type CorpusStore, textHash } from '../index.ts';
import { type EmbeddedText, TextEmbedder } from './embed-texts.ts';
import { amountOf, type EmbeddingProgress } from './embedding-progress.ts';
import type { KeptVectors } from './port.ts';

/** Interval at which vectors of partially embedded documents are saved. */
const SAVE_INTERVAL_MS = 10_000;

/** Dependencies of a {@link ChunkEmbedder}. */
export interface ChunkEmbedderParts {
  readonly embedder: Embedder;
  readonly corpus: CorpusStore;
  readonly progress: EmbeddingProgress;
  readonly signal: AbortSignal | undefined;
  readonly kept: KeptVectors | undefined;
  readonly now: () => number;
}

/** Embeds chunks. Equal texts are embedded once; texts whose vectors are in the corpus are not embedded. */
export class ChunkEmbedder {
  readonly #texts: TextEmbedder;
  readonly #corpus: CorpusStore;
  readonly #progress: EmbeddingProgress;
  readonly #kept: KeptVectors | undefined;
  readonly #now: () => number;
  /** Vectors of documents that an earlier run embedded partially. */
  #earlier: Promise<ReadonlyMap<string, Float32Array>> | undefined;
  #reused = 0;

  constructor({ embedder, corpus, progress, signal, kept, now }: ChunkEmbedderParts) {
    this.#texts = new TextEmbedder(embedder, signal);
    this.#corpus = corpus;
    this.#progress = progress;
    this.#kept = kept;
    this.#now = now;
  }

  /** See {@link TextEmbedder.check}. */
  check(): Promise<void> {
    return this.#texts.check();
  }

  /** Number of chunks so far whose vector was reused from the corpus or from an earlier run. */
  get reused(): number {
    return this.#reused;
  }

  /** See {@link TextEmbedder.inputTokens}. */
  get inputTokens(): number | undefined {
    return this.#texts.inputTokens;
  }

  /**
   * Yields the vectors of each document's chunks once it is complete.
   * @throws the errors of {@link TextEmbedder.embed}
   */
  async *embed(
    documents: readonly (readonly Chunk[])[],
  ): AsyncGenerator<readonly EmbeddedText[], void, void> {
    const first = new Map<string, Chunk>();
    const hashes = documents.map((chunks) =>
      chunks.map((chunk) => {
        const hash = textHash(searchedText(chunk));
        if (!first.has(hash)) first.set(hash, chunk);
        return hash;
      }),
    );
    const known = new Map<string, EmbeddedText>(await this.#corpus.vectorsByTextHash([...first.keys()]));
    this.#earlier ??= this.#kept?.read().catch(() => new Map());
    for (const [hash, vector] of (await this.#earlier) ?? [])
      if (first.has(hash) && !known.has(hash)) known.set(hash, vector);
    this.#reused += hashes.flat().filter((hash) => known.has(hash)).length;
    const missing = [...first].filter(([hash]) => !known.has(hash));
    const requested = new Set(missing.map(([, chunk]) => chunk));
    this.#progress.begin(amountOf(documents.flat().filter((chunk) => !requested.has(chunk))));
    let next = 0;
    const unsaved = new UnsavedVectors(this.#kept, this.#now);
    try {
      for (const own of hashes) {
        while (own.some((hash) => !known.has(hash))) {
          const request = missing.slice(next, next + this.#texts.batchSize);
          next += request.length;
          const embedded = await this.#texts.embed(request.map(([, chunk]) => searchedText(chunk)));
          for (const [index, [hash]] of request.entries()) {
            known.set(hash, embedded[index]!);
            unsaved.add(hash, embedded[index]!);
          }
          await unsaved.saveIfDue();
          this.#progress.embedded(amountOf(request.map(([, chunk]) => chunk)));
        }
        yield own.map((hash) => known.get(hash)!);
        unsaved.finish(own);
      }
    } finally {
      // Saves vectors if the run was stopped; after the last document, `unsaved` is empty.
      await unsaved.save();
    }
  }
}

/** Vectors of incomplete documents that are not saved yet. */
class UnsavedVectors {
  readonly #kept: KeptVectors | undefined;
  readonly #now: () => number;
  readonly #vectors = new Map<string, Float32Array>();
  #savedMs: number;

  constructor(kept: KeptVectors | undefined, now: () => number) {
    this.#kept = kept;
    this.#now = now;
    this.#savedMs = now();
  }

  add(hash: string, embedded: EmbeddedText): void {
    if (!(embedded instanceof SragError)) this.#vectors.set(hash, embedded);
  }

  /** Drops the vectors of these chunks, because their document is complete and will be committed. */
  finish(hashes: readonly string[]): void {
    for (const hash of hashes) this.#vectors.delete(hash);
    this.#savedMs = this.#now();
  }

  async saveIfDue(): Promise<void> {
    if (this.#now() - this.#savedMs >= SAVE_INTERVAL_MS) await this.save();
  }

  /** Best effort: if saving fails, the next run embeds the texts again. */
  async save(): Promise<void> {
    if (this.#vectors.size > 0) await this.#kept?.keep(this.#vectors).catch(() => {});
    this.#vectors.clear();
    this.#savedMs = this.#now();
  }
}

/** The vectors of a document's chunks, or the error of the first chunk that has no vector. */
export function allVectors(embedded: readonly EmbeddedText[]): readonly Float32Array[] | SragError {
  const vectors: Float32Array[] = [];
  for (const each of embedded) {
    if (each instanceof SragError) return each;
    vectors.push(each);
  }
  return vectors;
}
