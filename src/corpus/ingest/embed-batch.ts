import { type Chunk, SragError, searchedText } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import { type CorpusStore, textHash } from '../index.ts';
import { type EmbeddedText, TextEmbedder } from './embed-texts.ts';
import { amountOf, type EmbeddingProgress } from './embedding-progress.ts';
import type { KeptVectors } from './port.ts';

/** Vectors of a document that is embedded in part are kept this often. */
const KEEP_AFTER_MS = 10_000;

/** What a {@link ChunkEmbedder} works with. */
export interface ChunkEmbedderParts {
  readonly embedder: Embedder;
  readonly corpus: CorpusStore;
  readonly progress: EmbeddingProgress;
  readonly signal: AbortSignal | undefined;
  readonly kept: KeptVectors | undefined;
  readonly now: () => number;
}

/** Gives chunks their vectors: equal texts are embedded once, and texts that the corpus already holds not at all. */
export class ChunkEmbedder {
  readonly #texts: TextEmbedder;
  readonly #corpus: CorpusStore;
  readonly #progress: EmbeddingProgress;
  readonly #kept: KeptVectors | undefined;
  readonly #now: () => number;
  /** Of documents that an earlier run embedded in part. */
  #earlier: Promise<ReadonlyMap<string, Float32Array>> | undefined;
  #reused = 0;

  constructor({ embedder, corpus, progress, signal, kept, now }: ChunkEmbedderParts) {
    this.#texts = new TextEmbedder(embedder, signal);
    this.#corpus = corpus;
    this.#progress = progress;
    this.#kept = kept;
    this.#now = now;
  }

  /** As {@link TextEmbedder.check}. */
  check(): Promise<void> {
    return this.#texts.check();
  }

  /** Chunks so far whose vector was found: in the corpus, or kept by an earlier run. */
  get reused(): number {
    return this.#reused;
  }

  /** As {@link TextEmbedder.inputTokens}. */
  get inputTokens(): number | undefined {
    return this.#texts.inputTokens;
  }

  /** The vectors of each document's chunks, as soon as the document has all. @throws as {@link TextEmbedder.embed} */
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
    const asked = new Set(missing.map(([, chunk]) => chunk));
    this.#progress.begin(amountOf(documents.flat().filter((chunk) => !asked.has(chunk))));
    let next = 0;
    const unfinished = new UnfinishedVectors(this.#kept, this.#now);
    try {
      for (const own of hashes) {
        while (own.some((hash) => !known.has(hash))) {
          const request = missing.slice(next, next + this.#texts.batchSize);
          next += request.length;
          const embedded = await this.#texts.embed(request.map(([, chunk]) => searchedText(chunk)));
          for (const [index, [hash]] of request.entries()) {
            known.set(hash, embedded[index]!);
            unfinished.add(hash, embedded[index]!);
          }
          await unfinished.keepSometimes();
          this.#progress.embedded(amountOf(request.map(([, chunk]) => chunk)));
        }
        yield own.map((hash) => known.get(hash)!);
        unfinished.finish(own);
      }
    } finally {
      // After the last document nothing is left; before it the run is stopped.
      await unfinished.keep();
    }
  }
}

/** Vectors whose documents are not whole yet and that are not kept yet. */
class UnfinishedVectors {
  readonly #kept: KeptVectors | undefined;
  readonly #now: () => number;
  readonly #vectors = new Map<string, Float32Array>();
  #keptMs: number;

  constructor(kept: KeptVectors | undefined, now: () => number) {
    this.#kept = kept;
    this.#now = now;
    this.#keptMs = now();
  }

  add(hash: string, embedded: EmbeddedText): void {
    if (!(embedded instanceof SragError)) this.#vectors.set(hash, embedded);
  }

  /** The document of these chunks is whole: it is committed instead. */
  finish(hashes: readonly string[]): void {
    for (const hash of hashes) this.#vectors.delete(hash);
    this.#keptMs = this.#now();
  }

  async keepSometimes(): Promise<void> {
    if (this.#now() - this.#keptMs >= KEEP_AFTER_MS) await this.keep();
  }

  /** Best effort: what cannot be kept is embedded again. */
  async keep(): Promise<void> {
    if (this.#vectors.size > 0) await this.#kept?.keep(this.#vectors).catch(() => {});
    this.#vectors.clear();
    this.#keptMs = this.#now();
  }
}

/** The vectors of a document's chunks, or the fault of the first one without. */
export function allVectors(embedded: readonly EmbeddedText[]): readonly Float32Array[] | SragError {
  const vectors: Float32Array[] = [];
  for (const each of embedded) {
    if (each instanceof SragError) return each;
    vectors.push(each);
  }
  return vectors;
}
