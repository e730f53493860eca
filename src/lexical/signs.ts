const HASH = 0x23;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const TYPOGRAPHIC_HYPHEN = 0x2010;

const WORD_CHARACTER = /[\p{L}\p{M}\p{N}]/u;
const isWordAt = (text: string, index: number): boolean => WORD_CHARACTER.test(text.charAt(index));

export const isHyphen = (unit: number): boolean => unit === HYPHEN || unit === TYPOGRAPHIC_HYPHEN;

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

/** Whether the words at two places of a text are the two parts of a hyphenated one; longer chains are phrases, and dates. */
export const areHyphenated = (text: string, first: number, hyphen: number, end: number): boolean =>
  isHyphen(text.charCodeAt(hyphen)) &&
  !isHyphen(text.charCodeAt(first - 1)) &&
  !(isHyphen(text.charCodeAt(end)) && isWordAt(text, end + 1));
