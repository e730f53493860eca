import { isTurnOver, nextTurn } from '../../core/index.ts';
import { type LexicalCandidate, type LexicalFeatures, QuestionScorer } from './features.ts';
import type { Lexicon } from './lexicon.ts';
import { smooth } from './smoothing.ts';

/** Weight of adjacent word pairs relative to BM25. */
const PAIR_WEIGHT = 0.2;
/** Weight of character grams relative to BM25. */
const GRAM_WEIGHT = 0.1;

/** Number of BM25's best hits that are re-scored. The other hits follow them in BM25 order. */
export const RESCORE_DEPTH = 100;

/** A lexical score before smoothing: BM25 + .2 pairs + .1 grams. */
export const combined = (features: LexicalFeatures): number =>
  features.bm25 + PAIR_WEIGHT * features.pair + GRAM_WEIGHT * features.gram;

/**
 * Lexical scores after re-scoring ("LEX-R") of BM25's best candidates, in the same order: BM25 with pairs and
 * grams, smoothed over similar candidates if there are at least 11. Pass at most {@link RESCORE_DEPTH}
 * candidates.
 */
export async function rescore(
  question: string,
  candidates: readonly LexicalCandidate[],
  lexicon: Lexicon,
): Promise<number[]> {
  const scorer = new QuestionScorer(question, lexicon);
  const scores: number[] = [];
  // Yields to the event loop, because a candidate can take milliseconds if question and text are long.
  for (const candidate of candidates) {
    if (isTurnOver()) await nextTurn();
    scores.push(combined(scorer.features(candidate)));
  }
  if (isTurnOver()) await nextTurn();
  return smooth(
    scores,
    candidates.map((candidate) => candidate.terms),
    lexicon,
  );
}
