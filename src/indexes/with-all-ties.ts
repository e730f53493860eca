import { byScore } from '../core/index.ts';

/** Maximum rows fetched to break ties by id. */
const MAX_TIES = 4_096;

/**
 * Returns the best `depth` results of `find`, breaking ties by id. Engines cut ties arbitrarily, so the limit is
 * raised until all results that tie for the last place are included.
 */
export async function withAllTies<
  T extends { readonly hit: { readonly id: string; readonly score: number } },
>(depth: number, find: (limit: number) => Promise<T[]>): Promise<T[]> {
  for (let limit = depth + 1; ; limit *= 2) {
    const found = (await find(limit)).sort((left, right) => byScore(left.hit, right.hit));
    const isTied = found.length === limit && found[depth - 1]?.hit.score === found.at(-1)?.hit.score;
    if (!isTied || limit >= MAX_TIES) return found.slice(0, depth);
  }
}
