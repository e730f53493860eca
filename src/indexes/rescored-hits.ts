import { byScore, type Hit, searchedText } from '../core/index.ts';
import { type Lexicon, RESCORE_DEPTH, rescore, splitColumn } from '../documents/lexical/index.ts';

/** A hit whose score is its BM25 score, with the column of its index terms. */
export interface Bm25Hit {
  readonly hit: Hit;
  readonly terms: string;
}

/** Re-orders the best BM25 hits by their re-scored values; the rest follows in BM25 order. */
export async function rescoredHits(
  text: string,
  found: readonly Bm25Hit[],
  lexicon: Lexicon,
): Promise<Hit[]> {
  const head = found.slice(0, RESCORE_DEPTH);
  const candidates = head.map(({ hit, terms }) => ({
    id: hit.id,
    text: searchedText(hit),
    terms: splitColumn(terms),
  }));
  const scores = await rescore(text, candidates, lexicon);
  const best = head.map(({ hit }, index) => ({ ...hit, score: scores[index]! })).sort(byScore);
  const tail = found.slice(RESCORE_DEPTH).map(({ hit }) => hit);
  const [last, next] = [best.at(-1), tail[0]];
  if (last === undefined || next === undefined) return best;
  // Re-scored values are higher than BM25 scores, so the rest is scaled to just below the last re-scored hit.
  const scale = (last.score / next.score) * (1 - 1e-9);
  return [...best, ...tail.map((hit) => ({ ...hit, score: hit.score * scale }))];
}
