import { type Chunk, SragError, searchedText } from '../core/index.ts';
import { type CorpusStore, textHash } from '../corpus/index.ts';
import type { Embedder } from '../embedders/index.ts';
import { type EmbeddedText, TextEmbedder } from './embed-texts.ts';
import { amountOf, type EmbeddingProgress } from './embedding-progress.ts';

/** Gives chunks their vectors: equal texts are embedded once, and texts that the corpus already holds not at all. */
export class ChunkEmbedder {
  readonly #texts: TextEmbedder;
  readonly #corpus: CorpusStore;
  readonly #progress: EmbeddingProgress;
  #reused = 0;

  constructor(
    embedder: Embedder,
    corpus: CorpusStore,
    progress: EmbeddingProgress,
    signal: AbortSignal | undefined,
  ) {
    this.#texts = new TextEmbedder(embedder, signal);
    this.#corpus = corpus;
    this.#progress = progress;
  }

  /** As {@link TextEmbedder.check}. */
  check(): Promise<void> {
    return this.#texts.check();
  }

  /** Chunks so far whose vector was found in the corpus. */
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
    this.#reused += hashes.flat().filter((hash) => known.has(hash)).length;
    const missing = [...first].filter(([hash]) => !known.has(hash));
    const asked = new Set(missing.map(([, chunk]) => chunk));
    this.#progress.begin(amountOf(documents.flat().filter((chunk) => !asked.has(chunk))));
    let next = 0;
    for (const own of hashes) {
      while (own.some((hash) => !known.has(hash))) {
        const request = missing.slice(next, next + this.#texts.batchSize);
        next += request.length;
        const embedded = await this.#texts.embed(request.map(([, chunk]) => searchedText(chunk)));
        for (const [index, [hash]] of request.entries()) known.set(hash, embedded[index]!);
        this.#progress.embedded(amountOf(request.map(([, chunk]) => chunk)));
      }
      yield own.map((hash) => known.get(hash)!);
    }
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
