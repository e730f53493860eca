import { normaliseText, withoutUndefined } from '../../core/index.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { type AnswerOutcome, type OutcomeSummary, outcomeOf, summariseOutcomes } from './outcomes.ts';
import { mean } from './statistics.ts';

/** An answer as the caller received it. */
export interface GivenAnswer {
  /** Text of the answer, with its `[n]` citation marks. */
  readonly text: string;
  /** True if the generator replied that the documents contain no answer. */
  readonly notFound: boolean;
  /** Probability that the answer is right, 0 to 1, as the generator reports it. */
  readonly confidence?: number | undefined;
}

/** What is known about the right answer of a question. */
export interface GoldAnswer {
  readonly answers: readonly string[];
  /** False if the documents do not answer the question; undefined if unknown. */
  readonly answerable?: boolean | undefined;
  /** Kind of the question, for breakdowns. */
  readonly kind?: string | undefined;
}

/** Figures of one answer that need no judge. */
export interface AnswerResult extends GivenAnswer {
  /** Whether the answer contains a gold answer; absent if the query has none. */
  readonly containsGold?: boolean;
  /** Absent if the question has no gold answer and it is unknown whether it is answerable. */
  readonly outcome?: AnswerOutcome;
  readonly kind?: string;
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
  /** Absent if no question has gold answers or is marked as answerable or unanswerable. */
  readonly outcomes?: OutcomeSummary;
  /** Outcomes by the kind of the question; absent if no question has a kind. */
  readonly byKind?: Readonly<Record<string, OutcomeSummary>>;
  /** Absent if the generator reports no confidence. */
  readonly calibration?: Calibration;
}

const CITATION = /\[\d+(?:\s*[,-]\s*\d+)*\]/gu;
const ARTICLES = /(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu;
/** Scripts whose words must match as a whole. In others, a match may be followed by a particle (Korean). */
const SPACED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u;

/** A Markdown link or image, whose address readers do not see. */
const LINK = /!?\[([^[\]\n]*)\]\([^()\s]*\)/gu;

/** Removes case, punctuation, symbols, addresses of Markdown links and the articles a, an, the; collapses white space (like SQuAD). */
export const normaliseAnswer = (text: string): string =>
  normaliseText(text, 'NFKC')
    .toLowerCase()
    .replaceAll(LINK, '$1')
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

/** Judges one answer by what is known about the right one. */
export function judgeAnswer(answer: GivenAnswer, gold: GoldAnswer): AnswerResult {
  const { text, notFound, confidence } = answer;
  const containsOne = gold.answers.length === 0 ? undefined : !notFound && containsGold(text, gold.answers);
  return {
    text,
    notFound,
    confidence,
    containsGold: containsOne,
    outcome: outcomeOf({ notFound, containsGold: containsOne, answerable: gold.answerable }),
    kind: gold.kind,
    characters: [...text].length,
    sentences: countSentences(text),
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
    outcomes: summariseOutcomes(answers),
    byKind: byKind(answers),
    calibration: calibrationOf(answers),
  });
}

function byKind(answers: readonly AnswerResult[]): AnswerSummary['byKind'] {
  const groups = Object.entries(Object.groupBy(answers, ({ kind }) => kind ?? ''))
    .filter(([kind]) => kind !== '')
    .sort(([, a], [, b]) => b!.length - a!.length)
    .flatMap(([kind, group]) => {
      const summary = summariseOutcomes(group!);
      return summary === undefined ? [] : [[kind, summary] as const];
    });
  return groups.length === 0 ? undefined : Object.fromEntries(groups);
}
