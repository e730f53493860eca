import { isNotFoundAnswer, type Turn } from '../../models/generators/index.ts';
import { type ContentWord, contentWords } from './words.ts';

/** Factor by which a turn weighs less than the next one. Higher values keep topics that were left. */
const DECAY = 0.5;

/**
 * The content words of earlier turns, most salient first. A word of a question weighs 1, a word of an answer as much as
 * its frequency relative to the answer's most frequent word; a turn weighs half of the next one. Ties keep the order of
 * the newest turn.
 */
export function topicOf(history: readonly Turn[]): ContentWord[] {
  const salience = new Map<string, { readonly word: ContentWord; weight: number }>();
  let turnWeight = 1;
  for (const { question, answer } of history.toReversed()) {
    const add = (word: ContentWord, weight: number): void => {
      const known = salience.get(word.key);
      if (known === undefined) salience.set(word.key, { word, weight: weight * turnWeight });
      else known.weight += weight * turnWeight;
    };
    for (const { word } of counted(contentWords(question))) add(word, 1);
    const answered = isNotFoundAnswer(answer) ? [] : counted(contentWords(answer));
    const most = Math.max(1, ...answered.map(({ count }) => count));
    for (const { word, count } of answered) add(word, count / most);
    turnWeight *= DECAY;
  }
  return [...salience.values()].sort((left, right) => right.weight - left.weight).map(({ word }) => word);
}

function counted(words: readonly ContentWord[]): { readonly word: ContentWord; count: number }[] {
  const counts = new Map<string, { readonly word: ContentWord; count: number }>();
  for (const word of words) {
    const known = counts.get(word.key);
    if (known === undefined) counts.set(word.key, { word, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()];
}
