import type { Fusion, HitScores } from './search.ts';

/** The properties of a hit that fusion needs. */
interface Scored {
  readonly id: string;
  readonly score: number;
  readonly scores: HitScores;
}

/** Constant of reciprocal rank fusion (Cormack et al., SIGIR 2009). */
const RRF_K = 60;

/** Orders hits: higher score first, ties by id. */
export const byScore = (left: { score: number; id: string }, right: { score: number; id: string }): number =>
  right.score - left.score || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);

/**
 * Fuses a vector list and a lexical list, both best first. `weighted-sum` adds the min-max normalised scores
 * of the top `depth` hits of each list. A hit that is not among them adds 0; if all scores of a list are
 * equal, they become 1. `rrf` adds 1 / (60 + rank).
 */
export function fuse<T extends Scored>(vector: readonly T[], lexical: readonly T[], fusion: Fusion): T[] {
  const lists = [
    { hits: vector, weight: fusion.vectorWeight },
    { hits: lexical, weight: 1 - fusion.vectorWeight },
  ];
  const fused = new Map<string, { hit: T; score: number }>();
  for (const { hits, weight } of lists) {
    const counted = hits.slice(0, fusion.depth);
    const share = fusion.method === 'rrf' ? reciprocalRanks(counted) : minMax(counted);
    hits.forEach((hit, rank) => {
      const known = fused.get(hit.id);
      const merged =
        known === undefined ? hit : { ...known.hit, scores: { ...known.hit.scores, ...hit.scores } };
      fused.set(hit.id, { hit: merged, score: (known?.score ?? 0) + weight * (share[rank] ?? 0) });
    });
  }
  return [...fused.values()]
    .map(({ hit, score }) => ({ ...hit, score, scores: { ...hit.scores, fused: score } }))
    .sort(byScore);
}

const reciprocalRanks = (hits: readonly Scored[]): number[] => hits.map((_, rank) => 1 / (RRF_K + rank + 1));

function minMax(hits: readonly Scored[]): number[] {
  const scores = hits.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (high === low ? 1 : (score - low) / (high - low)));
}
