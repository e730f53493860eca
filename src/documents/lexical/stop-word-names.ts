import { STOP_WORDS } from './stop-words.ts';

const SPACE = 0x20;
/** A word between signs that set it apart as one that is spoken of: quotation marks, and those of code. */
const QUOTED = /["'`‘’“”«»「」]([a-z]+)["'`‘’“”«»「」]/g;
/** The next word after a space. */
const NEXT_WORD = / (\p{L}+)/uy;
/** A sentence of so many stop words is looked for as a whole. */
const MIN_SENTENCE = 3;
const MAX_SENTENCE = 20;

/** Stop words of a text that are names, and so are looked for. */
export class StopWordNames {
  readonly #inCapitals: string[] = [];
  readonly #others: string[] = [];

  /** The last stop word with a capital, and where it ended. */
  #capitalised = '';
  #capitalisedEnd = -1;

  /**
   * Takes a stop word with a capital at a place of a text. It is a name in capitals (`IT`, `US`) and beside another with a
   * capital (`The Who`). Where it begins a sentence of stop words (`To be or not to be.`), all words of that are names.
   * @param cased The text as it was written; `folded` is its lower case, of the same length.
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
   * The names in `text`, with those in quotation marks or marked as code (`` `if` ``), as far as its letters tell: none in
   * a text all in capitals, fewer in one in title case.
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

/** The words of a sentence that begins with the stop word `first`; none where it has other words, too few or too many. */
function sentenceOfStopWords(folded: string, end: number, first: string): readonly string[] {
  const found = [first];
  NEXT_WORD.lastIndex = end;
  for (let next = NEXT_WORD.exec(folded); next !== null; next = NEXT_WORD.exec(folded)) {
    if (!STOP_WORDS.has(next[1]!) || found.length === MAX_SENTENCE) return [];
    found.push(next[1]!);
  }
  return found.length < MIN_SENTENCE ? [] : found;
}
