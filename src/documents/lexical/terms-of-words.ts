import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.ts';
import { unaccented } from './unaccented.ts';

/** Number of slots of the word cache, a power of two. A full cache takes about 10 MB. */
const SLOTS = 65_536;
/** A slice of at least this length keeps its whole parent text alive in V8. */
const SLICE_LENGTH = 13;
/** Words without variants. */
const PLAIN = /^(?:[a-z]+|[0-9]+)$/;
const NOT_ASCII = /[^\0-\x7f]/;
const LINK = /[-.\u2010]/;
const ONLY_DIGITS = /^\p{Nd}*$/u;
/** A word of digits and letters with one boundary between them: `5ghz`, `python3`. */
const NUMBER_AND_LETTERS = /^(?:[0-9]+(?=[a-zß-ɏ]+$)|[a-zß-ɏ]+(?=[0-9]+$))/;

/** The terms of a word: its stem ('' for a stop word), alone or with its variants. */
export type WordTerms = string | { readonly term: string; readonly variants: readonly string[] };

/** Cached words and their terms, each in the slot of its hash; a new word replaces the previous one. */
const knownWords: (string | undefined)[] = new Array(SLOTS).fill(undefined);
const knownTerms: WordTerms[] = new Array(SLOTS).fill('');

/**
 * The terms of a word in a folded text, stemmed by Snowball English (Porter2, snowballstem.org). Variants are
 * the word without accents, and its numbers and letters separated. Two words joined by a hyphen or full stop
 * have the term of the joined word, even if it is a stop word (`U.S.`). A cache hit creates no string.
 */
export const latinTerms = (text: string, start: number, end: number): WordTerms =>
  memoised(text, start, end, latinTermsOf);

/**
 * The term of a word of another alphabet: the word without accents and points. A single letter has no term:
 * it is a symbol (the beta of TGF-beta) or a function word, and its term would separate words that are
 * otherwise adjacent.
 */
export const alphabetTerm = (text: string, start: number, end: number): string =>
  memoised(text, start, end, alphabetTermOf) as string;

function memoised(text: string, start: number, end: number, compute: (word: string) => WordTerms): WordTerms {
  const slot = slotOf(text, start, end);
  const known = knownWords[slot];
  if (known !== undefined && known.length === end - start && text.startsWith(known, start))
    return knownTerms[slot]!;
  const word = ownCopy(text.slice(start, end));
  const terms = compute(word);
  knownWords[slot] = word;
  knownTerms[slot] = terms;
  return terms;
}

function latinTermsOf(word: string): WordTerms {
  if (PLAIN.test(word)) return stemOf(word);
  const isJoined = LINK.test(word);
  const whole = isJoined ? word.replace(LINK, '') : word;
  // Years and page numbers are not words.
  if (isJoined && ONLY_DIGITS.test(whole)) return '';
  const term = isJoined ? stem(whole) : stemOf(whole);
  const variants: string[] = [];
  const add = (variant: string): void => {
    const other = stemOf(variant);
    if (other !== '' && other !== term) variants.push(other);
  };
  const head = isJoined ? undefined : NUMBER_AND_LETTERS.exec(whole)?.[0];
  if (head !== undefined) {
    add(head);
    add(whole.slice(head.length));
  }
  if (NOT_ASCII.test(whole)) add(unaccented(whole));
  return variants.length === 0 ? term : { term, variants };
}

const alphabetTermOf = (word: string): string => (word.length > 1 ? unaccented(word) : '');

const stemOf = (word: string): string => (STOP_WORDS.has(word) ? '' : stem(word));

/**
 * Hashes only five characters and the length, because a loop over all characters is slow until V8 has
 * compiled it.
 */
function slotOf(text: string, start: number, end: number): number {
  const length = end - start;
  // The products before `Math.imul` stay below 2^31.
  const quarter = length >> 2;
  let hash = length * 31 + text.charCodeAt(start);
  hash = hash * 31 + text.charCodeAt(start + quarter);
  hash = hash * 31 + text.charCodeAt(start + (length >> 1));
  hash = (Math.imul(hash, 31) + text.charCodeAt(end - 1 - quarter)) | 0;
  hash = (Math.imul(hash, 31) + text.charCodeAt(end - 1)) | 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 16) & (SLOTS - 1);
}

/** A copy of the word that does not keep alive the text from which the word was sliced. */
export function ownCopy(word: string): string {
  return word.length < SLICE_LENGTH ? word : Buffer.from(word, 'utf16le').toString('utf16le');
}
