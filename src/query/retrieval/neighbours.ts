import { type Hit, throwIfAborted } from '../../core/index.ts';
import type { SearchedVersion } from './port.ts';

/** Lookups at once: each is a query of its own. */
const AT_ONCE = 8;

/** Hits with up to `count` chunks of the same document from each side. */
export async function withNeighbours(
  searcher: SearchedVersion,
  hits: readonly Hit[],
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly Hit[]> {
  if (count === 0) return hits;
  const widened: Hit[] = [];
  for (let start = 0; start < hits.length; start += AT_ONCE) {
    throwIfAborted(signal);
    const group = hits.slice(start, start + AT_ONCE);
    widened.push(...(await Promise.all(group.map((hit) => widen(searcher, hit, count)))));
  }
  return widened;
}

async function widen(searcher: SearchedVersion, hit: Hit, count: number): Promise<Hit> {
  const around = await searcher.neighbours(hit.documentId, hit.ordinal - count, hit.ordinal + count);
  const neighbours = around
    .filter(({ id }) => id !== hit.id)
    .map(({ id, ordinal, text, start, end }) => ({ id, ordinal, text, start, end }));
  return { ...hit, neighbours };
}
