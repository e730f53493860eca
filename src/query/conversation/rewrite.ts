import { normaliseText } from '../../core/index.ts';
import type { Turn } from '../../models/generators/index.ts';
import { hasReference } from './references.ts';
import { topicOf } from './topic.ts';
import { contentWords } from './words.ts';

/** The forms of a follow-up question that can be understood without the turns before it. */
export interface SelfContainedQuestion {
  /** The question, with words of the topic in parentheses: to embed, to rerank by, and to show in a trace. */
  readonly searched: string;
  /** Text of the keyword search, in which the words of the question count more than those of earlier turns. */
  readonly keywords: string;
  /** The question with only the words that it cannot be answered without. */
  readonly answered: string;
}

/** Number of words of the topic. More of them find more of the topic and less of what is asked about it. */
const TOPIC_WORDS = 6;
/** How many times a word of the question counts as much as one of the topic. */
const QUESTION_WEIGHT = 3;
/** Content words from which a question without a reference may be about another topic. */
const MIN_SELF_CONTAINED = 4;
/** Number of words of the topic of which a question about it shares at least one. */
const COMPARED_WORDS = 12;
/** Content words from which a question names enough of its own topic. */
const MAX_CONTENT_WORDS = 60;
/**
 * Characters (NFKC) up to which a question is rewritten, so that its repetitions stay within the limit of questions. A
 * longer question names enough of its own topic.
 */
const MAX_REWRITTEN_LENGTH = 1_500;
/** Words of the topic to answer with: of a question with hardly any words, and of one with a reference. */
const ANSWER_WORDS = { few: 3, reference: 1, none: 0 } as const;

/** Makes a question self-contained by rules. The time grows with the length of the history. */
export function rewriteByRules(question: string, history: readonly Turn[]): SelfContainedQuestion {
  if (history.length === 0 || !mayBeRewritten(question)) return unchanged(question);
  const asked = contentWords(question);
  if (asked.length > MAX_CONTENT_WORDS) return unchanged(question);
  const own = new Set(asked.map(({ key }) => key));
  const topic = topicOf(history);
  const refers = hasReference(question);
  const isRelated = refers || topic.slice(0, COMPARED_WORDS).some(({ key }) => own.has(key));
  if (own.size >= MIN_SELF_CONTAINED && !isRelated) return unchanged(question);
  const salient = topic.slice(0, TOPIC_WORDS);
  const added = salient.filter(({ key }) => !own.has(key)).map(({ text }) => text);
  const need = own.size < 2 ? 'few' : refers ? 'reference' : 'none';
  return {
    searched: withWords(question, added),
    keywords: [...salient.map(({ text }) => text), ...repeated(question)].join(' '),
    answered: withWords(question, added.slice(0, ANSWER_WORDS[need])),
  };
}

/** Whether a question is short enough to be rewritten. */
export const mayBeRewritten = (question: string): boolean =>
  question.length <= MAX_REWRITTEN_LENGTH && normaliseText(question, 'NFKC').length <= MAX_REWRITTEN_LENGTH;

/** A question that needs no other words. */
export const unchanged = (question: string): SelfContainedQuestion => ({
  searched: question,
  keywords: question,
  answered: question,
});

const withWords = (question: string, words: readonly string[]): string =>
  words.length === 0 ? question : `${question} (${words.join(', ')})`;

const repeated = (question: string): string[] => Array<string>(QUESTION_WEIGHT).fill(question);
