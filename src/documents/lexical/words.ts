import { normaliseText } from '../../core/index.ts';

/** The script of a run of characters, which determines its terms and grams. */
export type Script = 'latin' | 'alphabet' | 'hangul' | 'ideographic';

const SEPARATOR = 0;
const LATIN_CLASS = 1;
const MARK = 5;
const UNKNOWN = 255;
const SCRIPTS: readonly (Script | undefined)[] = [undefined, 'latin', 'alphabet', 'hangul', 'ideographic'];

const LATIN = /[\p{Script=Latin}\p{Nd}]/u;
const HANGUL = /\p{Script=Hangul}/u;
/** Han and kana (with the prolonged sound mark), and Asian scripts written without spaces. */
const IDEOGRAPHIC =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LETTER = /\p{L}/u;
const COMBINING = /(?![\ufe00-\ufe0f])\p{M}/u;

/** Maximum word length in UTF-16 units, so that encoded data does not become terms of a megabyte. */
const MAX_WORD_LENGTH = 255;
const SOFT_HYPHEN = /\u00ad/g;
/** The only letter whose lower case has a different length. */
const DOTTED_I = 'İ';

/** Class of each UTF-16 unit, filled on demand: filling the whole table would add 20 ms to a cold start. */
const classes = new Uint8Array(65_536).fill(UNKNOWN);

function classify(character: string): number {
  if (LATIN.test(character)) return LATIN_CLASS;
  if (HANGUL.test(character)) return 3;
  if (COMBINING.test(character)) return MARK;
  if (IDEOGRAPHIC.test(character)) return 4;
  return LETTER.test(character) ? 2 : SEPARATOR;
}

/** Whether a folded text has a Latin letter or digit at `index`. */
export const isLatinAt = (text: string, index: number): boolean =>
  index >= 0 && index < text.length && classAt(text, index) === LATIN_CLASS;

function classAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  const known = classes[unit]!;
  if (known !== UNKNOWN) return known;
  if (unit >= 0xd800 && unit <= 0xdfff) return classify(String.fromCodePoint(text.codePointAt(index) ?? 0));
  const found = classify(text.charAt(index));
  classes[unit] = found;
  return found;
}

/**
 * Normalises text without changing its case: NFKC, without soft hyphens and without the dot of the Turkish
 * capital I.
 */
function normalised(text: string): string {
  const found = normaliseText(text, 'NFKC');
  const visible = found.includes('\u00ad') ? found.replace(SOFT_HYPHEN, '') : found;
  return visible.includes(DOTTED_I) ? visible.replaceAll(DOTTED_I, 'I') : visible;
}

/**
 * Calls `visit` with the position of every word in the folded text, in order: maximal runs of one script.
 * Latin letters and digits form one script, Han and kana another; combining marks belong to their run. It
 * creates no strings, so that callers need not create any either.
 * @param visit Receives the text in lower case (`folded`) and in its original case (`cased`), of equal
 * lengths.
 * @returns The folded text.
 */
export function forEachRun(
  text: string,
  visit: (folded: string, start: number, end: number, script: Script, cased: string) => void,
): string {
  const cased = normalised(text);
  const folded = cased.toLowerCase();
  let start = 0;
  let current = SEPARATOR;
  let index = 0;
  while (index < folded.length) {
    const found = classAt(folded, index);
    if (found !== current && !(found === MARK && current !== SEPARATOR)) {
      const script = SCRIPTS[current];
      if (script !== undefined) visit(folded, start, endOfWord(folded, start, index), script, cased);
      start = index;
      current = found === MARK ? SEPARATOR : found;
    }
    index += isHighSurrogate(folded.charCodeAt(index)) ? 2 : 1;
  }
  const script = SCRIPTS[current];
  if (script !== undefined) visit(folded, start, endOfWord(folded, start, folded.length), script, cased);
  return folded;
}

/** Calls `visit` with every word of `text` in order; see {@link forEachRun}. */
export function forEachWord(text: string, visit: (word: string, script: Script) => void): void {
  forEachRun(text, (folded, start, end, script) => visit(folded.slice(start, end), script));
}

/** All words of `text` in order, including stop words: NFKC, lower case, runs of one script. */
export function words(text: string): string[] {
  const found: string[] = [];
  forEachWord(text, (word) => found.push(word));
  return found;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

function endOfWord(text: string, start: number, end: number): number {
  if (end - start <= MAX_WORD_LENGTH) return end;
  const last = start + MAX_WORD_LENGTH;
  return isHighSurrogate(text.charCodeAt(last - 1)) ? last - 1 : last;
}
