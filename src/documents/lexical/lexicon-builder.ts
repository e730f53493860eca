import { FrequencyTable } from './frequency-table.ts';
import { gramsOf } from './grams.ts';
import { Lexicon } from './lexicon.ts';
import { ownCopy } from './terms-of-words.ts';
import { forEachWord, type Script } from './words.ts';

/** Maximum words whose grams are cached. Frequent words make up nearly all text. */
const MAX_CACHED = 50_000;

/** Cached grams of a word: the ids of its distinct grams in the table, and its number of grams. */
interface WordGrams {
  readonly distinct: Uint32Array;
  readonly count: number;
}

/**
 * Collects the corpus statistics for re-scoring, one chunk at a time. Memory use grows only with the
 * vocabulary (about 30 bytes per distinct term or gram).
 */
export class LexiconBuilder {
  readonly #terms = new FrequencyTable();
  readonly #grams = new FrequencyTable();
  readonly #words = new Map<string, WordGrams>();
  #documents = 0;
  #termCount = 0;
  #gramCount = 0;

  /** Adds a chunk: its searched text (title and text) and its analysed terms, as a list or as a column. */
  add(searchedText: string, terms: readonly string[] | string): void {
    this.#documents += 1;
    const document = this.#documents;
    const list = typeof terms === 'string' ? splitColumn(terms) : terms;
    this.#termCount += list.length;
    for (const term of list) this.#terms.countOnce(this.#terms.idOf(term), document);
    const seen = new Set<string>();
    forEachWord(searchedText, (word, script) => {
      const grams = this.#gramsOf(word, script);
      this.#gramCount += grams.count;
      if (seen.has(word)) return;
      seen.add(word);
      for (const id of grams.distinct) this.#grams.count(id);
    });
  }

  /** The lexicon of all chunks added so far. */
  build(): Lexicon {
    const documents = this.#documents;
    return new Lexicon({
      documents,
      averageTerms: documents === 0 ? 0 : this.#termCount / documents,
      averageGrams: documents === 0 ? 0 : this.#gramCount / documents,
      terms: this.#terms.sorted(documents),
      // A gram's frequency is summed over the words that contain it, so it can exceed the number of
      // documents.
      grams: this.#grams.sorted(documents),
    });
  }

  #gramsOf(word: string, script: Script): WordGrams {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const grams = gramsOf(word, script);
    const distinct = Uint32Array.from(new Set(grams), (gram) => this.#grams.idOf(gram));
    const made: WordGrams = { distinct, count: grams.length };
    if (this.#words.size >= MAX_CACHED) this.#words.clear();
    this.#words.set(ownCopy(word), made);
    return made;
  }
}

/** The terms of an analysed column. */
export const splitColumn = (column: string): string[] => (column === '' ? [] : column.split(' '));
