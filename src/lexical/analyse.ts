import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.ts';
import { forEachRun, type Script } from './words.ts';

/** Latin words whose stems are remembered, a power of two: about 10 MB when full. */
const SLOTS = 65_536;
/** V8 keeps the whole parent text of a slice this long alive. */
const SLICE_LENGTH = 13;

/** Words met and their stems ('' for a stop word), each in the slot of its hash: a new word replaces what is there. */
const knownWords: (string | undefined)[] = new Array(SLOTS).fill(undefined);
const knownStems: string[] = new Array(SLOTS).fill('');

/** The term of a Latin word, or '' for a stop word: Snowball English (Porter2, snowballstem.org), memoised. */
export const termOf = (word: string): string => termAt(word, 0, word.length);

/** {@link termOf} of a stretch of a text, without cutting a string where the word was met before. */
function termAt(text: string, start: number, end: number): string {
  const slot = slotOf(text, start, end);
  const known = knownWords[slot];
  if (known !== undefined && known.length === end - start && text.startsWith(known, start))
    return knownStems[slot]!;
  const word = ownCopy(text.slice(start, end));
  const term = STOP_WORDS.has(word) ? '' : stem(word);
  knownWords[slot] = word;
  knownStems[slot] = term;
  return term;
}

/** By five characters of the word and its length: a loop over all of them is slow until it is compiled. */
function slotOf(text: string, start: number, end: number): number {
  const length = end - start;
  // The first three products stay below 2^31.
  const quarter = length >> 2;
  let hash = length * 31 + text.charCodeAt(start);
  hash = hash * 31 + text.charCodeAt(start + quarter);
  hash = hash * 31 + text.charCodeAt(start + (length >> 1));
  hash = (Math.imul(hash, 31) + text.charCodeAt(end - 1 - quarter)) | 0;
  hash = (Math.imul(hash, 31) + text.charCodeAt(end - 1)) | 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 16) & (SLOTS - 1);
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
  forEachRun(text, (folded, start, end, script) => {
    if (script !== 'latin') return forEachTerm(folded.slice(start, end), script, push);
    const term = termAt(folded, start, end);
    if (term !== '') terms.push(term);
  });
  return terms;
}

/** The terms of `text` joined by one space, for a full-text column with a whitespace tokenizer. */
export const analyseToColumn = (text: string): string => analyse(text).join(' ');

/** The terms of a question; empty when it holds nothing but stop words and signs. */
export const lexicalQuery = (question: string): string[] => analyse(question);
