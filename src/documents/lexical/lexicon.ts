import { SragError } from '../../core/index.ts';
import { FrequencyLookup } from './frequency-lookup.ts';
import { decodeLexicon, encodeLexicon, type LexiconParts } from './lexicon-bytes.ts';

/** Corpus statistics for re-scoring: number and lengths of chunks, document frequencies of terms and grams. */
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

  /** Number of chunks that contain `term`. */
  termDocumentFrequency(term: string): number {
    return this.#terms.get(term);
  }

  /** Sum of the document frequencies of the words that contain `gram`, at most `documents`. */
  gramDocumentFrequency(gram: string): number {
    return this.#grams.get(gram);
  }

  /** The lexicon as bytes. The same corpus yields the same bytes, in whatever order its chunks were added. */
  toBytes(): Uint8Array {
    return encodeLexicon(this.#parts);
  }

  /**
   * Decodes a lexicon.
   * @throws DAMAGED_STORE if the bytes are truncated, altered, or of another format version.
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
