const HASH = 0x23;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const TYPOGRAPHIC_HYPHEN = 0x2010;

const WORD_CHARACTER = /[\p{L}\p{M}\p{N}]/u;
const isWordAt = (text: string, index: number): boolean => WORD_CHARACTER.test(text.charAt(index));

const LETTERS = /^[\p{L}\p{M}]+$/u;
const isStop = (unit: number): boolean => unit === FULL_STOP;
const isHyphen = (unit: number): boolean => unit === HYPHEN || unit === TYPOGRAPHIC_HYPHEN;

/** `c++`, `c#`, `disney+`: the word at a place of a folded text with the signs after it; '' where there are none. */
export function withSignsAfter(text: string, start: number, end: number): string {
  const sign = text.charCodeAt(end);
  if (sign !== PLUS && sign !== HASH) return '';
  const signsEnd = sign === PLUS && text.charCodeAt(end + 1) === PLUS ? end + 2 : end + 1;
  return isWordAt(text, signsEnd) ? '' : text.slice(start, signsEnd);
}

/** `.net`: a word of letters with the full stop before it, which ends nothing; '' otherwise. */
export function withStopBefore(text: string, start: number, end: number): string {
  const isFirst = text.charAt(start - 2) !== '.' && !isWordAt(text, start - 2);
  return text.charAt(start - 1) === '.' && isFirst && !/\p{N}/u.test(text.charAt(start))
    ? text.slice(start - 1, end)
    : '';
}

/**
 * Whether the word that ends at `end` and the one before it are the two parts of one that is also written joined:
 * `e-mail`, and of letters only `node.js` and `U.S.`. Longer chains are phrases, dates and addresses.
 */
export function areJoined(text: string, first: number, sign: number, end: number): boolean {
  const isLink = text.charAt(sign) === '.' ? isStop : isHyphen;
  if (!isLink(text.charCodeAt(sign)) || isLink(text.charCodeAt(first - 1))) return false;
  if (isLink(text.charCodeAt(end)) && isWordAt(text, end + 1)) return false;
  return isLink === isHyphen || LETTERS.test(text.slice(first, sign) + text.slice(sign + 1, end));
}
