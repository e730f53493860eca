import type { Hit } from '../../core/index.ts';
import type { GivenChunk } from './port.ts';

/** Converts passages from the caller to hits: in the given order, with offsets within their own text. */
export const hitsOfGiven = (chunks: readonly GivenChunk[]): Hit[] =>
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
