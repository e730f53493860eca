import { STOP_WORDS } from './stop-words.ts';

const SPACE = 0x20;
/** A word in quotation marks or code marks, which the text mentions rather than uses. */
const QUOTED = /["'`‘’“”«»「」]([a-z]+)["'`‘’“”«»「」]/g;
/** The next word after a space. */
const NEXT_WORD = / (\p{L}+)/uy;
/** If a sentence consists of this many stop words, all of them count as names. */
const MIN_SENTENCE = 3;
const MAX_SENTENCE = 20;

/** Finds the stop words of a text that are names and therefore searchable. */
export class StopWordNames {
  readonly #inCapitals: string[] = [];
  readonly #others: string[] = [];

  /** The last capitalised stop word, and the offset of its end. */
  #capitalised = '';
  #capitalisedEnd = -1;

  /**
   * Must be called with each capitalised stop word. The word is a name if it is in capitals (`IT`, `US`) or
   * next to another capitalised one (`The Who`). If it begins a sentence of stop words (`To be or not to
   * be.`), all words of it are names.
   * @param cased The original text; `folded` is its lower case, of the same length.
   */
  visit(folded: string, cased: string, start: number, end: number): void {
    if (end - start === 1) return;
    const word = folded.slice(start, end);
    const isAfterCapital = this.#capitalisedEnd === start - 1 && folded.charCodeAt(start - 1) === SPACE;
    if (cased.charCodeAt(start + 1) !== folded.charCodeAt(start + 1)) this.#inCapitals.push(word);
    else if (isAfterCapital) this.#others.push(this.#capitalised, word);
    else this.#others.push(...sentenceOfStopWords(folded, end, word));
    this.#capitalised = word;
    this.#capitalisedEnd = end;
  }

  /**
   * The names in `text`, including words in quotation marks or marked as code (`` `if` ``). A text in
   * capitals has no names, and a text in title case has fewer, because case carries no meaning there.
   */
  in(text: string, folded: string): readonly string[] {
    for (const [, word] of folded.matchAll(QUOTED)) if (STOP_WORDS.has(word!)) this.#others.push(word!);
    if (this.#inCapitals.length + this.#others.length === 0) return [];
    return [
      ...(/\p{L}\p{Ll}/u.test(text) ? this.#inCapitals : []),
      ...(/\s\p{Ll}/u.test(text) ? this.#others : []),
    ];
  }
}

/**
 * The words of the sentence that begins with `first`; empty if not all are stop words, or if they are too few
 * or too many.
 */
function sentenceOfStopWords(folded: string, end: number, first: string): readonly string[] {
  const found = [first];
  NEXT_WORD.lastIndex = end;
  for (let next = NEXT_WORD.exec(folded); next !== null; next = NEXT_WORD.exec(folded)) {
    if (!STOP_WORDS.has(next[1]!) || found.length === MAX_SENTENCE) return [];
    found.push(next[1]!);
  }
  return found.length < MIN_SENTENCE ? [] : found;
}
