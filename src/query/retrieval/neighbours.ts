import { type Hit, throwIfAborted } from '../../core/index.ts';
import type { VersionSearcher } from '../../indexes/index.ts';

/** Maximum concurrent lookups; each is a separate query. */
const CONCURRENCY = 8;

/** Adds up to `count` chunks of the same document on each side of every hit. */
export async function withNeighbours(
  searcher: VersionSearcher,
  hits: readonly Hit[],
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly Hit[]> {
  if (count === 0) return hits;
  const widened: Hit[] = [];
  for (let start = 0; start < hits.length; start += CONCURRENCY) {
    throwIfAborted(signal);
    const group = hits.slice(start, start + CONCURRENCY);
    widened.push(...(await Promise.all(group.map((hit) => widen(searcher, hit, count)))));
  }
  return widened;
}

async function widen(searcher: VersionSearcher, hit: Hit, count: number): Promise<Hit> {
  const around = await searcher.neighbours(hit.documentId, hit.ordinal - count, hit.ordinal + count);
  const neighbours = around
    .filter(({ id }) => id !== hit.id)
    .map(({ id, ordinal, text, start, end }) => ({ id, ordinal, text, start, end }));
  return { ...hit, neighbours };
}
