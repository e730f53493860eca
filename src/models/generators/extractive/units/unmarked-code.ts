import { STOP_WORDS } from '../../../../documents/lexical/index.ts';

const PROMPT = /^(?:[$%]|>>>|\.\.\.)\s/u;
const CODE_TOKEN = /[{}[\]=;$|\\<>@#]|\w\(|\)[.:]|["'\])][:,]?$|\w_\w|\w\.\w|^--?\w|\/\w|^[^\p{L}\p{N}]+$/u;
const EAST_ASIAN = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Whether a text is code that nothing marks as such, as in HTML and PDF: it begins with a prompt, or at least half of its words
 * are code (a quarter if it has indented lines) and at most a sixth stop words.
 */
export function looksLikeCode(text: string): boolean {
  if (PROMPT.test(text)) return true;
  const words = text.split(/\s+/u);
  let code = 0;
  let prose = 0;
  for (const word of words)
    if (CODE_TOKEN.test(word)) code += 1;
    else if (EAST_ASIAN.test(word) || STOP_WORDS.has(word.toLowerCase())) prose += 1;
  return code >= words.length * (/\n[^\S\n]/u.test(text) ? 0.25 : 0.5) && prose <= words.length / 6;
}
