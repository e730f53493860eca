import { normaliseText, withoutUndefined } from '../../core/index.ts';
import { mean } from './statistics.ts';

/** An answer as the caller received it. */
export interface GivenAnswer {
  /** Text of the answer, with its `[n]` citation marks. */
  readonly text: string;
  /** True if the generator replied that the documents contain no answer. */
  readonly notFound: boolean;
}

/** Figures of one answer that need no judge. */
export interface AnswerResult extends GivenAnswer {
  /** Whether the answer contains a gold answer; absent if the query has none. */
  readonly containsGold?: boolean;
  /** Length in Unicode code points, including citation marks. */
  readonly characters: number;
  readonly sentences: number;
}

/** Means over the answers of a run. */
export interface AnswerSummary {
  /** Share of the queries with gold answers whose answer contains one; absent if no query has any. */
  readonly containsGold?: number;
  readonly meanCharacters: number;
  readonly meanSentences: number;
  /** Share of 'not in the documents' answers. */
  readonly notFound: number;
}

const CITATION = /\[\d+(?:\s*[,-]\s*\d+)*\]/gu;
const ARTICLES = /(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu;
/** Scripts whose words must match as a whole. In others, a match may be followed by a particle (Korean). */
const SPACED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u;

/** Removes case, punctuation, symbols and the articles a, an, the; collapses white space (like SQuAD). */
export const normaliseAnswer = (text: string): string =>
  normaliseText(text, 'NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}]/gu, '')
    .replaceAll(ARTICLES, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

/**
 * Whether `answer` contains one of the gold answers after {@link normaliseAnswer}. Only whole words match
 * (`12` is not in `2012`), except in scripts that attach particles to words. Ignores citation marks.
 */
export function containsGold(answer: string, gold: readonly string[]): boolean {
  const text = normaliseAnswer(answer.replaceAll(CITATION, ' '));
  return gold.some((candidate) => {
    const expected = normaliseAnswer(candidate);
    if (expected === '') return false;
    for (let at = text.indexOf(expected); at >= 0; at = text.indexOf(expected, at + 1)) {
      if (isEdge(text, at - 1, at) && isEdge(text, at + expected.length, at + expected.length - 1))
        return true;
    }
    return false;
  });
}

/** Whether there is a word boundary between two characters, of which one is in the match and one outside. */
function isEdge(text: string, outside: number, inside: number): boolean {
  return !(SPACED.test(text.charAt(outside)) && SPACED.test(text.charAt(inside)));
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Counts sentences line by line, because the segmenter's time is quadratic in the length. */
export function countSentences(text: string): number {
  let count = 0;
  for (const line of text.replaceAll(CITATION, '').split(/\n+/)) {
    for (const { segment } of segmenter.segment(line)) if (/[\p{L}\p{N}]/u.test(segment)) count++;
  }
  return count;
}

/** Judges one answer by its gold answers, if any. */
export function judgeAnswer(answer: GivenAnswer, gold: readonly string[]): AnswerResult {
  return {
    text: answer.text,
    notFound: answer.notFound,
    containsGold: gold.length === 0 ? undefined : !answer.notFound && containsGold(answer.text, gold),
    characters: [...answer.text].length,
    sentences: countSentences(answer.text),
  };
}

/** Means over answers; undefined if there are none. */
export function summariseAnswers(answers: readonly AnswerResult[]): AnswerSummary | undefined {
  if (answers.length === 0) return undefined;
  const judged = answers.flatMap((answer) =>
    answer.containsGold === undefined ? [] : [Number(answer.containsGold)],
  );
  return withoutUndefined({
    containsGold: judged.length === 0 ? undefined : mean(judged),
    meanCharacters: mean(answers.map(({ characters }) => characters)),
    meanSentences: mean(answers.map(({ sentences }) => sentences)),
    notFound: mean(answers.map(({ notFound }) => Number(notFound))),
  });
}
