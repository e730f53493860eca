import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.ts';
import { forEachWord, type Script } from './words.ts';

/** Distinct Latin words whose stem is remembered: about 20 MB when full. */
const MAX_REMEMBERED = 150_000;
/** V8 keeps the whole parent text of a slice this long alive. */
const SLICE_LENGTH = 13;

/** Stem of each Latin word met; '' for a stop word. */
const stems = new Map<string, string>();

/** The term of a Latin word, or '' for a stop word: Snowball English (Porter2, snowballstem.org), memoised. */
export function termOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= MAX_REMEMBERED) stems.clear();
  const kept = ownCopy(word);
  const term = STOP_WORDS.has(kept) ? '' : stem(kept);
  stems.set(kept, term);
  return term;
}

/** The same text, sharing no memory with the text it was cut from. */
export function ownCopy(word: string): string {
  return word.length < SLICE_LENGTH ? word : Buffer.from(word, 'utf16le').toString('utf16le');
}

/** Hands the terms of one word to `visit`: a stem, the word itself, or overlapping bigrams. */
export function forEachTerm(word: string, script: Script, visit: (term: string) => void): void {
  if (script === 'latin') {
    const term = termOf(word);
    if (term !== '') visit(term);
  } else if (script === 'alphabet') {
    // A single letter is a sign (the beta of TGF-beta) or a function word, and separates words that belong together.
    if (word.length > 1) visit(word);
  } else {
    const characters = Array.from(word);
    if (characters.length === 1) visit(word);
    for (let index = 1; index < characters.length; index++)
      visit(characters[index - 1]! + characters[index]!);
  }
}

/**
 * The terms of `text` in order, repeated as they occur: Latin words outside the stop list, stemmed; overlapping
 * character bigrams of Hangul, Han and kana runs; words of
 * other alphabets with at least two letters, as they are.
 */
export function analyse(text: string): string[] {
  const terms: string[] = [];
  const push = (term: string) => terms.push(term);
  forEachWord(text, (word, script) => forEachTerm(word, script, push));
  return terms;
}

/** The terms of `text` joined by one space, for a full-text column with a whitespace tokenizer. */
export const analyseToColumn = (text: string): string => analyse(text).join(' ');

/** The terms of a question; empty when it holds nothing but stop words and signs. */
export const lexicalQuery = (question: string): string[] => analyse(question);
