import { type AnswerableModel, answerableModelOf } from '../../src/models/generators/extractive/extract.ts';
import type { QuestionStyle } from '../../src/models/generators/extractive/question/question.ts';
import type { GivenAnswer } from './answer.ts';
import { type Example, fitProbability } from './learn.ts';
import type { PreparedQuestion } from './prepare.ts';
import { DOCUMENTATION_WEIGHT } from './question-sets.ts';

/** Figures of the refusal models, which also use every feature of units whose name begins with `led_`. */
const ANSWERABLE = [
  ...['led', 'passage', 'heads', 'block', 'rarest', 'before', 'after', 'beforeOwn', 'afterOwn', 'phrase'],
  ...['own', 'held', 'count', 'missing', 'pairs', 'adjacent', 'unitScore', 'total', 'here', 'lastHere'],
  ...['found', 'absentNames', 'absentNumbers', 'scoreGap', 'typed', 'yesno', 'manner'],
];
const RIDGE = 10;
/** Weighted shares of answerable questions that may be refused. */
const WRONGLY_REFUSED = { korean: 0.06, sentence: 0.06, search: 0.05 };
/**
 * Weights of the questions of a set in a model of probability; 0 for other sets. Of these, only clapnq has questions that
 * people asked in vain; the others keep the limits fair to tables and to short questions.
 */
const DOCUMENTATION = 2;
const SET_WEIGHTS: Readonly<Record<AnswerableModel | 'right', Readonly<Record<string, number>>>> = {
  right: { clapnq: 0.5, 'qed-nq (training)': 0.1, tatqa: 0.1 },
  question: { clapnq: 0.5, tatqa: 0.2 },
  search: { clapnq: 1, 'qed-nq (training)': 0.03 },
};
/** Questions whose answer was removed are easier to refuse than those that people ask in vain. */
const REMOVED = 0.3;

function weightOf(
  { set, isRemoved, isRewritten }: PreparedQuestion,
  model: keyof typeof SET_WEIGHTS,
): number {
  if (isRewritten && model !== 'search') return 0;
  const weight = set.weight === DOCUMENTATION_WEIGHT ? DOCUMENTATION : (SET_WEIGHTS[model][set.name] ?? 0);
  return weight * (isRemoved ? REMOVED : 1);
}

/** The weight of a question in the refusal model of its style. */
export const refusalWeightOf = (question: PreparedQuestion): number =>
  weightOf(question, answerableModelOf(question.evidence.question.style));

/** Whether the question counts in the refusal model of its style. */
export const isJudged = (question: PreparedQuestion): boolean => refusalWeightOf(question) > 0;

export type Assessed = GivenAnswer & { readonly question: PreparedQuestion };

export const examplesOf = (
  assessed: readonly Assessed[],
  model: keyof typeof SET_WEIGHTS,
  isTrue: (asked: Assessed) => boolean,
): Example[] =>
  assessed
    .map((asked) => ({
      features: asked.assessment,
      isTrue: isTrue(asked),
      weight: weightOf(asked.question, model),
    }))
    .filter(({ weight }) => weight > 0);

export function fitAnswerable(assessed: readonly Assessed[], model: AnswerableModel): Record<string, number> {
  const examples = examplesOf(assessed, model, ({ question }) => question.isAnswerable);
  const names = new Set(examples.flatMap(({ features }) => Object.keys(features)));
  const forms = [...names].filter((name) => name.startsWith('led_')).sort();
  return fitProbability(examples, [...ANSWERABLE, ...forms], RIDGE);
}

/** Returns the refusal model that was fitted without a fold. The weights of units are shared. */
export function crossFitted(
  assessed: readonly Assessed[],
): (question: PreparedQuestion) => Readonly<Record<string, number>> {
  const fitted = new Map<string, Readonly<Record<string, number>>>();
  return ({ fold, evidence }) => {
    const model = answerableModelOf(evidence.question.style);
    const key = `${model} ${fold}`;
    let weights = fitted.get(key);
    if (weights === undefined) {
      weights = fitAnswerable(
        assessed.filter(({ question }) => question.fold !== fold),
        model,
      );
      fitted.set(key, weights);
    }
    return weights;
  };
}

/** A question with the probability that the passages answer it. */
interface Judged {
  readonly question: PreparedQuestion;
  readonly chance: number;
}

/** The probability below which the allowed share of the answerable questions of a style is refused. */
export function limitOf(judged: readonly Judged[], style: QuestionStyle): number {
  const weighted = judged
    .filter(
      ({ question }) =>
        question.isAnswerable && !question.set.isHard && question.evidence.question.style === style,
    )
    .map(({ question, chance }) => ({ chance, weight: refusalWeightOf(question) }))
    .sort((left, right) => left.chance - right.chance);
  let rest = WRONGLY_REFUSED[style] * weighted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { chance, weight } of weighted) {
    rest -= weight;
    if (rest < 0) return Math.round(100 * chance) / 100;
  }
  return 0.5;
}
