import { inverseDocumentFrequency } from './bm25.ts';
import type { Lexicon } from './lexicon.ts';

/** With fewer candidates than this, scores are not smoothed. */
const MIN_CANDIDATES = 11;
const NEIGHBOURS = 10;
const NEIGHBOUR_SHARE = 0.2;

/**
 * Moves each score a fifth of the way towards the mean score of its ten nearest candidates, weighted by the cosine of
 * their (1 + ln tf) x idf vectors, because relevant candidates resemble each other. With fewer than 11 candidates, the
 * scores are unchanged.
 */
export function smooth(
  scores: readonly number[],
  documents: readonly (readonly string[])[],
  lexicon: Lexicon,
): number[] {
  if (scores.length < MIN_CANDIDATES) return [...scores];
  const size = scores.length;
  const similarity = similarities(documents, lexicon);
  return scores.map((score, own) => {
    const row = similarity.subarray(own * size, (own + 1) * size);
    const nearest = nearestOf(row, own);
    let weights = 0;
    let sum = 0;
    for (const neighbour of nearest) {
      weights += row[neighbour]!;
      sum += row[neighbour]! * scores[neighbour]!;
    }
    return weights === 0 ? score : (1 - NEIGHBOUR_SHARE) * score + (NEIGHBOUR_SHARE * sum) / weights;
  });
}

/** The most similar candidates with a positive similarity, best first; ties are broken by position. */
function nearestOf(row: Float64Array, own: number): number[] {
  const best: number[] = [];
  for (let other = 0; other < row.length; other++) {
    const value = row[other]!;
    if (other === own || value <= 0) continue;
    if (best.length === NEIGHBOURS && value <= row[best[NEIGHBOURS - 1]!]!) continue;
    let place = Math.min(best.length, NEIGHBOURS - 1);
    while (place > 0 && row[best[place - 1]!]! < value) {
      best[place] = best[place - 1]!;
      place -= 1;
    }
    best[place] = other;
  }
  return best;
}

/** The candidates that contain a term, with its weight in each. */
interface Posting {
  readonly idf: number;
  readonly candidates: number[];
  readonly weights: number[];
}

/** Cosine similarity of all pairs of documents, row by row. */
function similarities(documents: readonly (readonly string[])[], lexicon: Lexicon): Float64Array {
  const size = documents.length;
  const squares = new Float64Array(size);
  const products = new Float64Array(size * size);
  for (const { candidates, weights } of postingsOf(documents, lexicon)) {
    for (let left = 0; left < candidates.length; left++) {
      const weight = weights[left]!;
      const row = candidates[left]! * size;
      squares[candidates[left]!]! += weight * weight;
      for (let right = 0; right < left; right++)
        products[row + candidates[right]!]! += weight * weights[right]!;
    }
  }
  for (let left = 1; left < size; left++) {
    for (let right = 0; right < left; right++) {
      const norm = Math.sqrt(squares[left]! * squares[right]!);
      const cosine = norm === 0 ? 0 : products[left * size + right]! / norm;
      products[left * size + right] = cosine;
      products[right * size + left] = cosine;
    }
  }
  return products;
}

function postingsOf(documents: readonly (readonly string[])[], lexicon: Lexicon): Iterable<Posting> {
  const postings = new Map<string, Posting>();
  documents.forEach((terms, candidate) => {
    for (const term of terms) {
      const posting = postings.get(term);
      if (posting === undefined) {
        const idf = inverseDocumentFrequency(lexicon.documents, lexicon.termDocumentFrequency(term));
        // Most terms occur in one candidate; an array that grows from empty reserves 17 elements.
        postings.set(term, { idf, candidates: [candidate], weights: [1] });
        continue;
      }
      const last = posting.candidates.length - 1;
      // These are counts; they are replaced by weights below.
      if (posting.candidates[last] === candidate) posting.weights[last]! += 1;
      else {
        posting.candidates.push(candidate);
        posting.weights.push(1);
      }
    }
  });
  for (const { idf, weights } of postings.values()) {
    for (let index = 0; index < weights.length; index++)
      weights[index] = (1 + Math.log(weights[index]!)) * idf;
  }
  return postings.values();
}
