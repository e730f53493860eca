import { type Hit, searchedText } from '../../../core/index.ts';
import { analyse } from '../../../documents/lexical/index.ts';

/** A sparse vector of unit length: term -> weight. */
type TermVector = ReadonlyMap<string, number>;

/**
 * TF-IDF vectors of the hits' searched texts, weight (1 + ln tf) x idf. Document frequencies are counted over these
 * hits only, because terms that all of them contain do not distinguish them.
 */
export function termVectors(hits: readonly Hit[]): readonly TermVector[] {
  const counted = hits.map((hit) => countTerms(searchedText(hit)));
  const frequency = new Map<string, number>();
  for (const terms of counted) {
    for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  return counted.map((terms) => {
    const weights = new Map<string, number>();
    let squares = 0;
    for (const [term, count] of terms) {
      // Smoothed, so that two equal texts are similar even if they are the only hits.
      const idf = Math.log(1 + hits.length / (frequency.get(term) ?? 1));
      const weight = (1 + Math.log(count)) * idf;
      weights.set(term, weight);
      squares += weight * weight;
    }
    const length = Math.sqrt(squares);
    for (const [term, weight] of weights) weights.set(term, weight / length);
    return weights;
  });
}

function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of analyse(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Cosine of two vectors of unit length, 0 to 1. */
export function cosine(left: TermVector, right: TermVector): number {
  const [small, large] = left.size <= right.size ? [left, right] : [right, left];
  let sum = 0;
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0);
  return Math.min(1, sum);
}
