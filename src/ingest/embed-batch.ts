import { type Chunk, SragError, searchedText, throwIfAborted } from '../core/index.ts';
import { type CorpusStore, textHash } from '../corpus/index.ts';
import type { Embedder } from '../embedders/index.ts';

export interface EmbeddedBatch {
  /** In the order of the chunks. */
  readonly vectors: readonly Float32Array[];
  readonly reused: number;
  readonly inputTokens: number | undefined;
}

/** Vectors of chunks: equal texts once, and texts that the corpus already holds not at all. */
export async function embedChunks(
  chunks: readonly Chunk[],
  embedder: Embedder,
  corpus: CorpusStore,
  signal?: AbortSignal,
): Promise<EmbeddedBatch> {
  const texts = chunks.map(searchedText);
  const hashes = texts.map(textHash);
  const known = new Map(await corpus.vectorsByTextHash(hashes));
  const reused = hashes.filter((hash) => known.has(hash)).length;
  const missing = [...new Map(hashes.map((hash, index) => [hash, texts[index]!]))].filter(
    ([hash]) => !known.has(hash),
  );

  let inputTokens: number | undefined;
  for (let start = 0; start < missing.length; start += embedder.batchSize) {
    throwIfAborted(signal);
    const batch = missing.slice(start, start + embedder.batchSize);
    const embedded = await embedder.embedDocuments(
      batch.map(([, text]) => text),
      signal === undefined ? {} : { signal },
    );
    checkCount(embedded.vectors.length, batch.length, embedder);
    batch.forEach(([hash], row) => {
      known.set(hash, embedded.vectors.slice(row * embedder.dimensions, (row + 1) * embedder.dimensions));
    });
    if (embedded.inputTokens !== undefined) inputTokens = (inputTokens ?? 0) + embedded.inputTokens;
  }
  return { vectors: hashes.map((hash) => known.get(hash)!), reused, inputTokens };
}

function checkCount(numbers: number, texts: number, embedder: Embedder): void {
  if (numbers === texts * embedder.dimensions) return;
  throw new SragError(
    'EMBEDDER_FAILED',
    `Embedder '${embedder.id}' gave ${numbers} numbers for ${texts} texts of ${embedder.dimensions} dimensions.`,
  );
}
