import { latinTerms } from './terms-of-words.ts';
import { isLatinAt } from './words.ts';

/** Punctuation marks and symbols that are part of names or join two words. */
const SIGN = /[-.&+#\u2010]/g;
const LETTERS_WITH_STOP = /^[^\p{Nd}]+$/u;
/** Maximum length of two joined words; longer ones are URLs and paths. */
const MAX_JOINED = 64;

/**
 * Calls `visit` with each name of Latin words and adjacent punctuation as a term (`c++`, `c#`, `disney+`,
 * `.net`, `at&t`), and with two words joined into one (`e-mail` or, with letters only, `node.js`, `U.S.`).
 * Longer chains are skipped because they are phrases, dates or URLs.
 * @param text Folded text.
 */
export function namesWithSigns(text: string, visit: (term: string) => void): void {
  SIGN.lastIndex = 0;
  while (SIGN.test(text)) {
    const at = SIGN.lastIndex - 1;
    const sign = text.charAt(at);
    if (isLatinAt(text, at + 1)) {
      if (isLatinAt(text, at - 1)) visitPair(text, at, sign, visit);
      else if (sign === '.' && text.charAt(at - 1) !== '.' && !/\d/.test(text.charAt(at + 1)))
        visit(text.slice(at, endOf(text, at + 1)));
    } else if ((sign === '+' || sign === '#') && isLatinAt(text, at - 1)) {
      const end = sign === '+' && text.charAt(at + 1) === '+' ? at + 2 : at + 1;
      if (!isLatinAt(text, end)) visit(text.slice(startOf(text, at), end));
    }
  }
}

/** Calls `visit` with the terms of two words that have a punctuation mark between them. */
function visitPair(text: string, at: number, sign: string, visit: (term: string) => void): void {
  const start = startOf(text, at);
  const end = endOf(text, at + 1);
  if (sign === '&') visit(text.slice(start, end));
  const isLink = sign === '.' ? isStop : isHyphen;
  const isLonger = isLink(text.charAt(start - 1)) || (isLink(text.charAt(end)) && isLatinAt(text, end + 1));
  if (isLonger || !isLink(sign) || end - start > MAX_JOINED) return;
  if (sign === '.' && !LETTERS_WITH_STOP.test(text.slice(start, end))) return;
  const joined = latinTerms(text, start, end);
  const term = typeof joined === 'string' ? joined : joined.term;
  if (term !== '') visit(term);
}

const isStop = (sign: string): boolean => sign === '.';
const isHyphen = (sign: string): boolean => sign === '-' || sign === '\u2010';

function startOf(text: string, end: number): number {
  let start = end;
  while (isLatinAt(text, start - 1)) start -= 1;
  return start;
}

function endOf(text: string, start: number): number {
  let end = start;
  while (isLatinAt(text, end)) end += 1;
  return end;
}
