import { SragError, tieThreshold } from '../../core/index.ts';

/** One query's hits and exact neighbours. Ids are rows or chunk ids. */
export interface RecallInput<Id> {
  readonly hits: readonly Id[];
  /** Exact nearest, best first: at least `topK` of them if the corpus contains that many. */
  readonly truth: readonly Id[];
  readonly topK: number;
  /** Exact similarity of a row to the query, higher is closer. */
  readonly exactScore: (id: Id) => number;
}

/**
 * Share of the exact nearest `topK` that an index found, 0 to 1. A hit outside the exact list also counts if
 * its exact score ties with the last one of the list. Duplicate hits count once.
 * @throws INVALID_ARGUMENT for an invalid topK or an empty truth
 */
export function indexRecall<Id>({ hits, truth, topK, exactScore }: RecallInput<Id>): number {
  if (!Number.isInteger(topK) || topK < 1) {
    throw new SragError('INVALID_ARGUMENT', `topK is ${topK}; it must be an integer >= 1.`);
  }
  const nearest = truth.slice(0, topK);
  const last = nearest.at(-1);
  if (last === undefined) throw new SragError('INVALID_ARGUMENT', 'The exact neighbours are empty.');
  const expected = new Set(nearest);
  let threshold: number | undefined;
  let found = 0;
  for (const hit of new Set(hits.slice(0, topK))) {
    if (expected.has(hit)) found++;
    else {
      threshold ??= tieThreshold(exactScore(nearest[0]!), exactScore(last));
      if (exactScore(hit) >= threshold) found++;
    }
  }
  return Math.min(1, found / nearest.length);
}
