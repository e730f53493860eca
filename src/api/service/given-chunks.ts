import type { Hit } from '../../core/index.ts';
import type { FoundHits, GivenChunk } from './port.ts';

/** Converts passages from the caller to hits: in the given order, with offsets within their own text. */
export const hitsFromChunks = (chunks: readonly GivenChunk[]): Hit[] =>
  chunks.map(({ id, documentId, text, title, metadata }, rank) => ({
    id,
    documentId,
    ordinal: rank,
    title: title ?? '',
    text,
    start: 0,
    end: text.length,
    headingPath: [],
    metadata: metadata ?? {},
    score: 1 / (rank + 1),
    scores: {},
  }));

/** Chunks that were read by id, with the scores of the search that found them. */
export function withScores(chunks: readonly Hit[], found: FoundHits['hits']): Hit[] {
  const scored = new Map(found.map((hit) => [hit.id, hit]));
  return chunks.map((chunk) => {
    const { score = 0, scores = {} } = scored.get(chunk.id) ?? {};
    return { ...chunk, score, scores };
  });
}
