import type { Hit } from '../core/index.ts';
import type { Searcher } from '../indexes/index.ts';

/** Hits with up to `count` chunks of the same document from each side. */
export async function withNeighbours(
  searcher: Searcher,
  hits: readonly Hit[],
  count: number,
): Promise<readonly Hit[]> {
  if (count === 0) return hits;
  return Promise.all(
    hits.map(async (hit) => {
      const around = await searcher.neighbours(hit.documentId, hit.ordinal - count, hit.ordinal + count);
      const neighbours = around
        .filter(({ id }) => id !== hit.id)
        .map(({ id, ordinal, text, start, end }) => ({ id, ordinal, text, start, end }));
      return { ...hit, neighbours };
    }),
  );
}
