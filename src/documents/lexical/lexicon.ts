import { SragError } from '../../core/index.ts';
import { FrequencyLookup } from './frequency-lookup.ts';
import { decodeLexicon, encodeLexicon, type LexiconParts } from './lexicon-bytes.ts';

/** What re-scoring knows of a whole corpus: how many chunks, how long, and in how many each term and gram occurs. */
export class Lexicon {
  /** Chunks in the corpus. */
  readonly documents: number;
  /** Mean number of terms of a chunk. */
  readonly averageTerms: number;
  /** Mean number of character grams of a chunk. */
  readonly averageGrams: number;
  readonly #parts: LexiconParts;
  readonly #terms: FrequencyLookup;
  readonly #grams: FrequencyLookup;

  constructor(parts: LexiconParts) {
    this.documents = parts.documents;
    this.averageTerms = parts.averageTerms;
    this.averageGrams = parts.averageGrams;
    this.#parts = parts;
    this.#terms = new FrequencyLookup(parts.terms);
    this.#grams = new FrequencyLookup(parts.grams);
  }

  /** Number of chunks that hold `term`; 0 for one that occurs nowhere. */
  termDocumentFrequency(term: string): number {
    return this.#terms.get(term);
  }

  /** Sum over the words that hold `gram` of the chunks that hold the word, at most `documents`. */
  gramDocumentFrequency(gram: string): number {
    return this.#grams.get(gram);
  }

  /** The lexicon as bytes: the same corpus gives the same bytes, whatever the order of its chunks. */
  toBytes(): Uint8Array {
    return encodeLexicon(this.#parts);
  }

  /**
   * Reads a lexicon from its bytes.
   * @throws DAMAGED_STORE when they are cut off, altered, or of another format version.
   */
  static fromBytes(bytes: Uint8Array): Lexicon {
    const decoded = decodeLexicon(bytes);
    if (typeof decoded !== 'string') return new Lexicon(decoded);
    throw new SragError('DAMAGED_STORE', `The lexicon cannot be read: ${decoded}.`, {
      remedy: 'Build the index again: srag index build KIND.',
      fields: { sizeBytes: bytes.byteLength },
    });
  }
}
