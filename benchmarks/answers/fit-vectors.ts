import { probability } from '../../src/models/generators/extractive/confidence.ts';
import { type AnswerWeights, candidatesOf } from '../../src/models/generators/extractive/extract.ts';
import { figuresOf, type VectorWeights } from '../../src/models/generators/extractive/vectors.ts';
import { answerOf, nearnessIn } from './answer.ts';
import { type Example, fitChoices, fitProbability } from './learn.ts';
import type { PreparedQuestion } from './prepare.ts';
import { DOCUMENTATION_WEIGHT } from './question-sets.ts';
import { isJudged, limitOf, refusalWeightOf } from './refusals.ts';

const FIGURES = ['words', 'nearest', 'mean', 'best'];
const RIDGE = 1;

/**
 * Fits what vectors add to words.
 * @param embedded Questions with cosines
 * @param units Weights of the words
 * @param modelFor The refusal model of words that was fitted without the fold of a question
 */
export function fitVectors(
  embedded: readonly PreparedQuestion[],
  units: AnswerWeights['units'],
  modelFor: (question: PreparedQuestion) => Readonly<Record<string, number>>,
): VectorWeights {
  const vectors = { units: fitScore(embedded, units) };
  const judged = embedded
    .filter(isJudged)
    .flatMap((question): (Example & { readonly question: PreparedQuestion })[] => {
      const { assessment, places, nearness } = answerOf(question, { units, vectors });
      if (nearness === undefined) return [];
      const figures = figuresOf(nearness, places, probability(modelFor(question), assessment));
      return [
        {
          question,
          features: figures,
          isTrue: question.isAnswerable,
          weight: refusalWeightOf(question),
        },
      ];
    });
  const crossJudged = [...Map.groupBy(judged, ({ question }) => question.fold)].flatMap(([fold, ofFold]) => {
    const others = judged.filter(({ question }) => question.fold !== fold);
    const fitted = fitProbability(others, FIGURES, RIDGE);
    return ofFold.map(({ question, features }) => ({ question, chance: probability(fitted, features) }));
  });
  return {
    ...vectors,
    answerable: fitProbability(judged, FIGURES, RIDGE),
    answerableFrom: { sentence: limitOf(crossJudged, 'sentence'), search: limitOf(crossJudged, 'search') },
  };
}

/** Fits the weights of the words' score and of the nearness to documentation. */
function fitScore(
  embedded: readonly PreparedQuestion[],
  units: AnswerWeights['units'],
): VectorWeights['units'] {
  const choices = embedded
    .filter(
      ({ set, isAnswerable, isRewritten }) =>
        isAnswerable && !isRewritten && set.weight === DOCUMENTATION_WEIGHT,
    )
    .flatMap((question) => {
      const candidates = candidatesOf(question.evidence, units);
      const nearness = nearnessIn(question, candidates);
      if (nearness === undefined) return [];
      const alternatives = candidates.map(({ score, evidence }, index) => ({
        features: { score, nearness: nearness.of(evidence) },
        isRight: question.isRight[index]!,
      }));
      return [{ alternatives, weight: 1 }];
    });
  const { score = 1, nearness = 0 } = fitChoices(choices, RIDGE);
  return { score, nearness };
}
