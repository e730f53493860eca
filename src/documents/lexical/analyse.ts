import { namesWithSigns } from './signs.ts';
import { StopWordNames } from './stop-word-names.ts';
import { alphabetTerm, latinTerms } from './terms-of-words.ts';
import { forEachRun, words } from './words.ts';

/** The terms of a text. */
export interface Terms {
  /** Terms in the order of the text, including repetitions. */
  readonly terms: readonly string[];
  /** Other forms of the text's words, including repetitions. */
  readonly variants: readonly string[];
}

/**
 * The terms of `text` in order, including repetitions: Latin words outside the stop list, stemmed;
 * overlapping character bigrams of Hangul, Han and kana runs; words of other alphabets with at least two
 * letters, without accents.
 */
export function analyse(text: string): string[] {
  const terms: string[] = [];
  forEachRun(text, (folded, start, end, script) => {
    if (script === 'latin') {
      const found = latinTerms(folded, start, end);
      const term = typeof found === 'string' ? found : found.term;
      if (term !== '') terms.push(term);
    } else if (script === 'alphabet') {
      const term = alphabetTerm(folded, start, end);
      if (term !== '') terms.push(term);
    } else pushBigrams(folded.slice(start, end), terms);
  });
  return terms;
}

/**
 * The terms of {@link analyse}, and variants: words without accents, numbers and letters of a word separated,
 * hyphenated words joined, names with symbols (`c++`), and stop words that are names.
 * @param visitRun Called with every run of Hangul, Han or kana, and whether it is Hangul.
 */
function analyseWithVariants(
  text: string,
  visitRun?: (run: string, isHangul: boolean) => void,
): { terms: string[]; variants: string[] } {
  const terms: string[] = [];
  const variants: string[] = [];
  const names = new StopWordNames();
  const folded = forEachRun(text, (folded, start, end, script, cased) => {
    if (script === 'latin') {
      const found = latinTerms(folded, start, end);
      if (found === '') {
        if (cased.charCodeAt(start) !== folded.charCodeAt(start)) names.visit(folded, cased, start, end);
      } else if (typeof found === 'string') terms.push(found);
      else {
        if (found.term !== '') terms.push(found.term);
        variants.push(...found.variants);
      }
    } else if (script === 'alphabet') {
      add(terms, alphabetTerm(folded, start, end));
    } else {
      const run = folded.slice(start, end);
      pushBigrams(run, terms);
      visitRun?.(run, script === 'hangul');
    }
  });
  namesWithSigns(folded, (term) => variants.push(term));
  variants.push(...names.in(text, folded));
  return { terms, variants };
}

const add = (terms: string[], term: string): void => {
  if (term !== '') terms.push(term);
};

/** A Han character, which may be a word on its own, since Han text has no spaces. */
const HAN = /\p{Script=Han}/gu;
/** A Korean word of one syllable that is followed by particles. */
const SYLLABLE_WITH_PARTICLE =
  /^(\p{Script=Hangul})(?:[은는이가을를에의도와과만]|이?나|이?랑|으로|에[서는도게]|까지|부터|처럼|보다|마다|조차|밖에|하고|이[다고며]|입니다)$/u;

/**
 * The index terms of a document: first those of {@link analyse}, then variants and words of one Han or Hangul
 * character, so that {@link lexicalQuery} finds words in any of their forms.
 */
export function documentTerms(text: string): string[] {
  const characters: string[] = [];
  const { terms, variants } = analyseWithVariants(text, (run, isHangul) => {
    if (isHangul) add(characters, SYLLABLE_WITH_PARTICLE.exec(run)?.[1] ?? '');
    else if (Array.from(run).length > 1) characters.push(...(run.match(HAN) ?? []));
  });
  terms.push(...variants, ...characters);
  return terms;
}

/** Joins {@link documentTerms} with spaces, for a full-text column with a whitespace tokenizer. */
export const analyseToColumn = (text: string): string => documentTerms(text).join(' ');

/** Maximum variants of a question. A longer question has enough terms without further variants. */
const MAX_VARIANTS = 200;

/**
 * The terms of a question and their variants. If a question contains only stop words, they are its variants.
 */
export function questionTerms(question: string): Terms {
  const { terms, variants } = analyseWithVariants(question);
  const others = terms.length + variants.length === 0 ? words(question) : variants;
  return { terms, variants: others.slice(0, MAX_VARIANTS) };
}

/** The terms and variants of {@link questionTerms} in one list; empty if the question contains no words. */
export function lexicalQuery(question: string): string[] {
  const { terms, variants } = questionTerms(question);
  return [...terms, ...variants];
}

/** The overlapping bigrams of a run, or its only character. */
function pushBigrams(run: string, terms: string[]): void {
  const characters = Array.from(run);
  if (characters.length === 1) terms.push(run);
  for (let index = 1; index < characters.length; index++)
    terms.push(characters[index - 1]! + characters[index]!);
}
