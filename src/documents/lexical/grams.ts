import type { Script } from './words.ts';

const EDGE = '_';

/**
 * The character grams of a word with edge marks, in order, including repetitions: 4-grams of Latin and other
 * alphabets, 2- and 3-grams of Hangul, Han and kana. A one-letter Latin word has no grams.
 */
export function gramsOf(word: string, script: Script): string[] {
  const marked = EDGE + word + EDGE;
  const grams: string[] = [];
  if (script === 'latin' || script === 'alphabet') {
    for (let end = 4; end <= marked.length; end++) grams.push(marked.slice(end - 4, end));
    return grams;
  }
  const characters = Array.from(marked);
  for (const size of [2, 3]) {
    for (let end = size; end <= characters.length; end++)
      grams.push(characters.slice(end - size, end).join(''));
  }
  return grams;
}
