import { probability } from '../../src/models/generators/extractive/confidence.ts';
import { type AnswerWeights, candidatesOf } from '../../src/models/generators/extractive/extract.ts';
import { QUESTION_STYLES } from '../../src/models/generators/extractive/question/question.ts';
import learned from '../../src/models/generators/extractive/weights.json' with { type: 'json' };
import { answerOf } from './answer.ts';
import { fitVectors } from './fit-vectors.ts';
import { type Choice, fitChoices, fitProbability } from './learn.ts';
import type { PreparedQuestion } from './prepare.ts';
import { type Assessed, crossFitted, examplesOf, fitAnswerable, isJudged, limitOf } from './refusals.ts';

/** Figures of the confidence. */
const RIGHT = ['total', 'led', 'here', 'found', 'absentNames', 'typed', 'manner'];
const RIDGE = { units: 3, right: 2 };

/** Fits all weights of the generator; those of vectors stay as they are if no question was embedded. */
export function fitWeights(questions: readonly PreparedQuestion[]): AnswerWeights {
  const units = fitChoices(
    questions
      .filter((question) => question.isAnswerable && !question.isRewritten)
      .map((question) => choiceOf(question)),
    RIDGE.units,
  );
  const assessed = questions.map((question): Assessed => ({ question, ...answerOf(question, { units }) }));
  const right = fitProbability(
    examplesOf(
      assessed.filter(({ question }) => !question.isRemoved),
      'right',
      ({ isRight }) => isRight,
    ),
    RIGHT,
    RIDGE.right,
  );
  const answerable = {
    question: fitAnswerable(assessed, 'question'),
    search: fitAnswerable(assessed, 'search'),
  };
  const modelFor = crossFitted(assessed);
  const judged = assessed
    .filter(({ question }) => question.isAnswerable && isJudged(question))
    .map(({ question, assessment }) => ({ question, chance: probability(modelFor(question), assessment) }));
  const limits = QUESTION_STYLES.map((style) => [style, limitOf(judged, style)]);
  const answerableFrom = Object.fromEntries(limits) as AnswerWeights['answerableFrom'];
  const embedded = questions.filter(({ cosines }) => cosines !== undefined);
  const vectors = embedded.length === 0 ? learned.vectors : fitVectors(embedded, units, modelFor);
  return { units, answerable, answerableFrom, right, vectors };
}

const choiceOf = ({ set, evidence, isRight }: PreparedQuestion): Choice => ({
  alternatives: candidatesOf(evidence, {}).map((candidate, index) => ({
    features: candidate.evidence.features,
    isRight: isRight[index]!,
  })),
  weight: set.weight,
});
