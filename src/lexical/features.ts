import { questionTerms } from './analyse.ts';
import { bm25Weight, inverseDocumentFrequency } from './bm25.ts';
import { GramCounter } from './gram-counter.ts';
import { gramsOf } from './grams.ts';
import type { Lexicon } from './lexicon.ts';
import { STOP_WORDS } from './stop-words.ts';
import { forEachWord } from './words.ts';

/** A chunk to be scored: `text` is its searched text (title and text), `terms` its analysed column. */
export interface LexicalCandidate {
  readonly id: string;
  readonly text: string;
  readonly terms: string;
}

/** The parts of a lexical score before smoothing. */
export interface LexicalFeatures {
  readonly bm25: number;
  readonly pair: number;
  readonly gram: number;
}

interface Weighted {
  readonly text: string;
  readonly idf: number;
  /** Occurrences in the question. */
  readonly count: number;
}

interface Pair {
  /** The two terms between spaces, as they stand in a padded column. */
  readonly text: string;
  readonly idf: number;
}

/** A question prepared for scoring many chunks of one corpus: BM25, adjacent pairs, character grams. */
export class QuestionScorer {
  readonly #lexicon: Lexicon;
  readonly #terms: readonly Weighted[];
  readonly #pairs: readonly Pair[];
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
    this.#pairs = distinctPairs(terms).map(([left, right]) => ({
      text: ` ${left} ${right} `,
      idf: (idf(left) + idf(right)) / 2,
    }));
    this.#gramWeights = counted(grams, (gram) =>
      inverseDocumentFrequency(lexicon.documents, lexicon.gramDocumentFrequency(gram)),
    );
    this.#grams = new GramCounter(this.#gramWeights.map((gram) => gram.text));
  }

  /** The three parts of one chunk's score. */
  features(candidate: LexicalCandidate): LexicalFeatures {
    return { ...this.#termFeatures(candidate.terms), gram: this.#gramFeature(candidate.text) };
  }

  #termFeatures(column: string): { bm25: number; pair: number } {
    const padded = ` ${column} `;
    const length = countTerms(column);
    const average = this.#lexicon.averageTerms;
    let bm25 = 0;
    let matched = 0;
    for (const { text, idf, count } of this.#terms) {
      const frequency = occurrences(padded, ` ${text} `);
      if (frequency === 0) continue;
      matched += 1;
      bm25 += count * bm25Weight(idf, frequency, length, average);
    }
    let pair = 0;
    if (matched > 1) {
      for (const { text, idf } of this.#pairs) {
        pair += bm25Weight(idf, occurrences(padded, text), length, average);
      }
    }
    return { bm25, pair };
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

/** Times that `needle` (a term, or two, between spaces) stands in the padded column; neighbours share their space. */
function occurrences(padded: string, needle: string): number {
  let count = 0;
  for (let at = padded.indexOf(needle); at !== -1; at = padded.indexOf(needle, at + needle.length - 1))
    count += 1;
  return count;
}

function countTerms(column: string): number {
  if (column === '') return 0;
  let count = 1;
  for (let at = column.indexOf(' '); at !== -1; at = column.indexOf(' ', at + 1)) count += 1;
  return count;
}

function counted(texts: readonly string[], idf: (text: string) => number): Weighted[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Array.from(counts, ([text, count]) => ({ text, count, idf: idf(text) }));
}

/** The pairs of consecutive, different terms, each once. */
function distinctPairs(terms: readonly string[]): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  for (let index = 1; index < terms.length; index++) {
    const left = terms[index - 1]!;
    const right = terms[index]!;
    if (left !== right) pairs.set(`${left} ${right}`, [left, right]);
  }
  return [...pairs.values()];
}
