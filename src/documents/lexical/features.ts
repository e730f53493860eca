import { questionTerms } from './analyse.ts';
import { bm25Weight, inverseDocumentFrequency } from './bm25.ts';
import { GramCounter } from './gram-counter.ts';
import { gramsOf } from './grams.ts';
import type { Lexicon } from './lexicon.ts';
import { STOP_WORDS } from './stop-words.ts';
import { forEachWord } from './words.ts';

/** A chunk to score: `text` is its searched text (title and text), `terms` are its index terms. */
export interface LexicalCandidate {
  readonly id: string;
  readonly text: string;
  readonly terms: readonly string[];
}

/** The components of a lexical score before smoothing. */
export interface LexicalFeatures {
  readonly bm25: number;
  readonly pair: number;
  readonly gram: number;
}

interface Weighted {
  readonly text: string;
  readonly idf: number;
  /** Number of occurrences of `text` in the question. */
  readonly count: number;
}

/**
 * Scores many chunks of one corpus against a question by BM25, pairs of adjacent words, and character grams.
 */
export class QuestionScorer {
  readonly #lexicon: Lexicon;
  readonly #terms: readonly Weighted[];
  /** Index of each term in `#terms`. */
  readonly #places: ReadonlyMap<string, number>;
  /** Weight of each pair of consecutive, different terms, by {@link pairKey}. */
  readonly #pairs = new Map<number, number>();
  readonly #gramWeights: readonly Weighted[];
  readonly #grams: GramCounter;

  constructor(question: string, lexicon: Lexicon) {
    this.#lexicon = lexicon;
    const { terms, variants } = questionTerms(question);
    const grams: string[] = [];
    forEachWord(question, (word, script) => {
      if (!STOP_WORDS.has(word)) grams.push(...gramsOf(word, script));
    });
    const idf = (term: string) =>
      inverseDocumentFrequency(lexicon.documents, lexicon.termDocumentFrequency(term));
    this.#terms = counted([...terms, ...variants], idf);
    this.#places = new Map(this.#terms.map(({ text }, place) => [text, place]));
    for (let index = 1; index < terms.length; index++) {
      const [left, right] = [this.#places.get(terms[index - 1]!)!, this.#places.get(terms[index]!)!];
      if (left === right) continue;
      const weight = (this.#terms[left]!.idf + this.#terms[right]!.idf) / 2;
      this.#pairs.set(this.#pairKey(left, right), weight);
    }
    this.#gramWeights = counted(grams, (gram) =>
      inverseDocumentFrequency(lexicon.documents, lexicon.gramDocumentFrequency(gram)),
    );
    this.#grams = new GramCounter(this.#gramWeights.map((gram) => gram.text));
  }

  /** The three components of a chunk's score. */
  features(candidate: LexicalCandidate): LexicalFeatures {
    return { ...this.#termFeatures(candidate.terms), gram: this.#gramFeature(candidate.text) };
  }

  /** The BM25 score of a chunk with these index terms. */
  bm25(terms: readonly string[]): number {
    return this.#termFeatures(terms).bm25;
  }

  #termFeatures(terms: readonly string[]): { bm25: number; pair: number } {
    const counts = new Uint32Array(this.#terms.length);
    const pairCounts = new Map<number, number>();
    let matched = 0;
    let left: number | undefined;
    for (const term of terms) {
      const place = this.#places.get(term);
      if (place !== undefined) {
        if (counts[place] === 0) matched += 1;
        counts[place]! += 1;
        if (left !== undefined && left !== place) countUp(pairCounts, this.#pairKey(left, place));
      }
      left = place;
    }
    const average = this.#lexicon.averageTerms;
    let bm25 = 0;
    if (matched > 0) {
      this.#terms.forEach(({ idf, count }, place) => {
        if (counts[place]! > 0) bm25 += count * bm25Weight(idf, counts[place]!, terms.length, average);
      });
    }
    let pair = 0;
    for (const [key, count] of pairCounts) {
      const idf = this.#pairs.get(key);
      if (idf !== undefined) pair += bm25Weight(idf, count, terms.length, average);
    }
    return { bm25, pair };
  }

  #pairKey(left: number, right: number): number {
    return left * this.#terms.length + right;
  }

  #gramFeature(text: string): number {
    if (this.#grams.size === 0) return 0;
    const { counts, length } = this.#grams.countIn(text);
    let score = 0;
    this.#gramWeights.forEach(({ idf, count }, number) => {
      score += count * bm25Weight(idf, counts[number]!, length, this.#lexicon.averageGrams);
    });
    return score;
  }
}

function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function counted(texts: readonly string[], idf: (text: string) => number): Weighted[] {
  const counts = new Map<string, number>();
  for (const text of texts) countUp(counts, text);
  return Array.from(counts, ([text, count]) => ({ text, count, idf: idf(text) }));
}
