import { type AnswerOutcome, containsGold } from '../../src/measure/index.ts';
import { type Assessment, assess, probability } from '../../src/models/generators/extractive/confidence.ts';
import {
  type AnswerWeights,
  candidatesOf,
  isAnswerable,
  MAX_CHARACTERS,
} from '../../src/models/generators/extractive/extract.ts';
import { QUESTION_STYLES } from '../../src/models/generators/extractive/question/question.ts';
import { selectPlaces } from '../../src/models/generators/extractive/select.ts';
import { type Choice, type Example, fitChoices, fitProbability } from './learn.ts';
import type { PreparedQuestion } from './prepare.ts';
import { DOCUMENTATION_WEIGHT } from './question-sets.ts';

/** Features of the two probabilities, chosen one by one by what they added on sets that were left out. */
const ANSWERABLE = ['led', 'phrase', 'absentNames', 'absentNumbers', 'scoreGap', 'found', 'yesno'];
const RIGHT = ['total', 'led', 'here', 'found', 'absentNames', 'typed', 'manner'];
const RIDGE = { units: 3, probability: 2 };
/** Shares of answerable questions that may be refused. */
const WRONGLY_REFUSED = { korean: 0.04, sentence: 0.04, search: 0.06 };
/** Weights of questions in the two probabilities, by their set. */
const SET_WEIGHTS: Readonly<Record<string, number>> = { clapnq: 0.5 };
const DOCUMENTATION = 2;
const OTHER_SETS = 0.1;
/** Questions whose answer was removed are easier to refuse than those that people ask in vain. */
const REMOVED = 0.3;

const isDocumentation = ({ set }: PreparedQuestion): boolean => set.weight === DOCUMENTATION_WEIGHT;

/** Fits all weights of the generator. */
export function fitWeights(questions: readonly PreparedQuestion[]): AnswerWeights {
  const units = fitChoices(
    questions.filter((question) => question.isAnswerable).map((question) => choiceOf(question)),
    RIDGE.units,
  );
  const assessed = questions.map((question) => ({ question, ...answerOf(question, units) }));
  const weightOf = (question: PreparedQuestion): number =>
    (isDocumentation(question) ? DOCUMENTATION : (SET_WEIGHTS[question.set.name] ?? OTHER_SETS)) *
    (question.isRemoved ? REMOVED : 1);
  const examples = (isTrue: (asked: (typeof assessed)[number]) => boolean): Example[] =>
    assessed.map((asked) => ({
      features: asked.assessment,
      isTrue: isTrue(asked),
      weight: weightOf(asked.question),
    }));
  const answerable = fitProbability(
    examples(({ question }) => question.isAnswerable),
    ANSWERABLE,
    RIDGE.probability,
  );
  const asked = examples(({ isRight }) => isRight).filter((_, index) => !assessed[index]!.question.isRemoved);
  const right = fitProbability(asked, RIGHT, RIDGE.probability);
  const answerableFrom = Object.fromEntries(
    QUESTION_STYLES.map((style) => {
      const chances = assessed
        .filter(({ question }) => question.isAnswerable && question.evidence.question.style === style)
        .filter(({ question }) => isDocumentation(question) || style === 'search')
        .map(({ assessment }) => probability(answerable, assessment))
        .sort((left, right) => left - right);
      return [style, chances[Math.floor(chances.length * WRONGLY_REFUSED[style])] ?? 0.5];
    }),
  ) as AnswerWeights['answerableFrom'];
  return { units, answerable, answerableFrom, right };
}

const choiceOf = ({ set, evidence, isRight }: PreparedQuestion): Choice => ({
  alternatives: candidatesOf(evidence, {}).map((candidate, index) => ({
    features: candidate.evidence.features,
    isRight: isRight[index]!,
  })),
  weight: set.weight,
});

/** The answer that a question gets. */
interface GivenAnswer {
  readonly assessment: Assessment;
  readonly isRight: boolean;
  readonly characters: number;
  readonly places: number;
}

function answerOf(
  { evidence, gold, isAnswerable }: PreparedQuestion,
  units: AnswerWeights['units'],
): GivenAnswer {
  const places = selectPlaces(candidatesOf(evidence, units), MAX_CHARACTERS);
  const texts = places.map(({ candidates }) =>
    candidates.map((candidate) => candidate.evidence.unit.text).join(' '),
  );
  return {
    assessment: assess(evidence, places),
    isRight: isAnswerable && texts.some((text) => containsGold(text, gold)),
    characters: texts.map((text) => `${text} [1]`).join('\n\n').length,
    places: places.length,
  };
}

/** How a question ends with some weights. */
export interface Ending extends Pick<GivenAnswer, 'characters' | 'places'> {
  readonly outcome: AnswerOutcome;
  readonly confidence: number;
}

/** Answers a question with some weights. */
export function endingOf(question: PreparedQuestion, weights: AnswerWeights): Ending {
  const { assessment, isRight, characters, places } = answerOf(question, weights.units);
  const isAnswered = places > 0 && isAnswerable(weights, question.evidence.question, assessment);
  const outcome = question.isAnswerable
    ? isAnswered
      ? isRight
        ? 'right'
        : 'wrong'
      : 'wronglyRefused'
    : isAnswered
      ? 'answeredUnanswerable'
      : 'rightlyRefused';
  return { outcome, confidence: probability(weights.right, assessment), characters, places };
}
