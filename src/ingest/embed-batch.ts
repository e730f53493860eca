import { type Chunk, SragError, searchedText } from '../core/index.ts';
import { type CorpusStore, textHash } from '../corpus/index.ts';
import type { Embedder } from '../embedders/index.ts';
import { type EmbeddedText, TextEmbedder } from './embed-texts.ts';

/** Gives chunks their vectors: equal texts are embedded once, and texts that the corpus already holds not at all. */
export class ChunkEmbedder {
  readonly #texts: TextEmbedder;
  readonly #corpus: CorpusStore;
  #reused = 0;

  constructor(embedder: Embedder, corpus: CorpusStore, signal?: AbortSignal) {
    this.#texts = new TextEmbedder(embedder, signal);
    this.#corpus = corpus;
  }

  /** Chunks so far whose vector was found in the corpus. */
  get reused(): number {
    return this.#reused;
  }

  /** As {@link TextEmbedder.inputTokens}. */
  get inputTokens(): number | undefined {
    return this.#texts.inputTokens;
  }

  /** In the order of the chunks. @throws as {@link TextEmbedder.embed} */
  async embed(chunks: readonly Chunk[]): Promise<EmbeddedText[]> {
    const texts = chunks.map(searchedText);
    const hashes = texts.map(textHash);
    const known = new Map<string, EmbeddedText>(await this.#corpus.vectorsByTextHash(hashes));
    this.#reused += hashes.filter((hash) => known.has(hash)).length;
    const missing = [...new Map(hashes.map((hash, index) => [hash, texts[index]!]))].filter(
      ([hash]) => !known.has(hash),
    );
    const embedded = await this.#texts.embed(missing.map(([, text]) => text));
    missing.forEach(([hash], index) => {
      known.set(hash, embedded[index]!);
    });
    return hashes.map((hash) => known.get(hash)!);
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
