import { normaliseText } from '../../../core/index.ts';
import { analyse } from '../../../documents/lexical/index.ts';
import type { QuestionWord } from './question/question.ts';
import { synonymsOf } from './question/synonyms.ts';

/** A text, prepared for comparison with the words of a question. */
export interface AnalysedText {
  readonly lower: string;
  readonly terms: readonly string[];
  readonly termSet: ReadonlySet<string>;
  /** Terms by their first four letters. */
  readonly byPrefix: ReadonlyMap<string, readonly string[]>;
  /** The Hangul of the text, with a space for everything else. */
  readonly hangul: string;
  /** The Hangul alone, because texts from OCR have spaces inside words. */
  readonly hangulOnly: string;
}

const PREFIX = 4;
const WORD_FORM = 0.6;
const SYNONYM = 0.7;

export function analyseText(text: string): AnalysedText {
  const lower = normaliseText(text, 'NFC').toLowerCase();
  const terms = analyse(lower);
  const termSet = new Set(terms);
  const byPrefix = new Map<string, string[]>();
  for (const term of termSet) {
    if (term.length < PREFIX) continue;
    const prefix = term.slice(0, PREFIX);
    const others = byPrefix.get(prefix);
    if (others === undefined) byPrefix.set(prefix, [term]);
    else others.push(term);
  }
  const hangul = lower.replace(/[^가-힣]+/gu, ' ');
  return { lower, terms, termSet, byPrefix, hangul, hangulOnly: hangul.replaceAll(' ', '') };
}

/** Credits of a question's words in a text, each 0 to 1, in the order of the words. */
export type Credits = readonly number[];

/** A credit of at least this much is a match. */
export const MATCH = 0.5;
/** A match of the word itself, a synonym or another form of it. */
export const WORD_MATCH = 0.6;

/** How much of a word a text contains: 1 for the word, less for a synonym, another form or a part; 0 for nothing. */
export const creditOf = (word: QuestionWord, text: AnalysedText): number =>
  word.stem === undefined ? termCredit(word, text) : stemCredit(word.stem, text);

function termCredit(
  { term, isName }: QuestionWord & { readonly term: string },
  { termSet, byPrefix }: AnalysedText,
): number {
  if (termSet.has(term)) return 1;
  for (const other of synonymsOf(term)) if (termSet.has(other)) return SYNONYM;
  // Names that begin alike are different: NestJS, nested.
  if (isName || term.length < PREFIX) return 0;
  const related = byPrefix.get(term.slice(0, PREFIX)) ?? [];
  return related.some((other) => isRelated(term, other)) ? WORD_FORM : 0;
}

/** Whether two terms have the same beginning and at most short endings of their own: `inventor`, `invention`. */
function isRelated(term: string, other: string): boolean {
  if (Math.abs(other.length - term.length) > 5) return false;
  if (other.startsWith(term) || term.startsWith(other)) return true;
  let common = PREFIX;
  while (common < other.length && other[common] === term[common]) common += 1;
  return common > PREFIX && common >= Math.max(other.length, term.length) - 3;
}

function stemCredit(stem: string, { hangul, hangulOnly }: AnalysedText): number {
  if (hangul.includes(stem)) return 1;
  if (hangulOnly.includes(stem)) return stem.length > 2 ? 1 : WORD_FORM;
  if (stem.length < 3) return 0;
  let held = 0;
  for (let at = 0; at + 1 < stem.length; at++) if (hangul.includes(stem.slice(at, at + 2))) held += 1;
  const share = held / (stem.length - 1);
  return share >= 0.5 ? 0.8 * share : 0;
}

/**
 * How close the words stand to each other as in the question: `adjacent`, the weighted share of neighbouring words that
 * are neighbours in the text, and `phrase`, the length of the longest common phrase, both 0 to 1.
 */
export function nearnessIn(
  text: AnalysedText,
  words: readonly QuestionWord[],
  weights: readonly number[],
  credits: readonly number[],
  tokens: readonly string[],
): { readonly adjacent: number; readonly phrase: number } {
  let sum = 0;
  let total = 0;
  for (let index = 1; index < words.length; index++) {
    const weight = weights[index - 1]! + weights[index]!;
    total += weight;
    if (credits[index - 1]! >= 0.5 && credits[index]! >= 0.5)
      sum += weight * closeness(text, words[index - 1]!, words[index]!);
  }
  const longest = longestPhrase(tokens, text.lower.match(/[\p{L}\p{N}]+/gu) ?? []);
  return { adjacent: total === 0 ? 0 : sum / total, phrase: Math.min(1, Math.max(0, longest - 1) / 6) };
}

/** Maximum distance of neighbouring Korean words, in UTF-16 units. */
const KOREAN_DISTANCE = 14;

function closeness({ lower, terms }: AnalysedText, left: QuestionWord, right: QuestionWord): number {
  if (left.term === undefined || right.term === undefined) {
    const first = lower.indexOf(left.stem ?? left.text.toLowerCase());
    if (first === -1) return 0;
    const second = lower.indexOf(right.stem ?? right.text.toLowerCase(), first);
    return second !== -1 && second - first < KOREAN_DISTANCE ? 1 : 0;
  }
  let best = 0;
  for (let at = terms.indexOf(left.term); at !== -1 && best < 1; at = terms.indexOf(left.term, at + 1)) {
    if (terms[at + 1] === right.term) best = 1;
    else if (terms[at + 2] === right.term || terms[at - 1] === right.term) best = 0.5;
  }
  return best;
}

/** Positions of the tokens of questions, because each question is compared with hundreds of texts. */
const positions = new WeakMap<readonly string[], ReadonlyMap<string, readonly number[]>>();

function positionsOf(tokens: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const known = positions.get(tokens);
  if (known !== undefined) return known;
  const found = new Map<string, number[]>();
  for (const [at, token] of tokens.entries()) {
    const others = found.get(token);
    if (others === undefined) found.set(token, [at]);
    else others.push(at);
  }
  positions.set(tokens, found);
  return found;
}

const NOWHERE: readonly number[] = [];

/** Length of the longest run of tokens that both texts contain. */
function longestPhrase(left: readonly string[], right: readonly string[]): number {
  const found = positionsOf(left);
  let longest = 0;
  /** Lengths of the runs that end at the previous token, by their next position in `left`. */
  let lengths = new Map<number, number>();
  for (const token of right) {
    const here = found.get(token) ?? NOWHERE;
    if (here.length === 0 && lengths.size === 0) continue;
    const next = new Map<number, number>();
    for (const at of here) {
      const length = (lengths.get(at) ?? 0) + 1;
      next.set(at + 1, length);
      longest = Math.max(longest, length);
    }
    lengths = next;
  }
  return longest;
}
