import { type AnswerOutcome, containsGold } from '../../src/measure/index.ts';
import { type Assessment, assess, probability } from '../../src/models/generators/extractive/confidence.ts';
import {
  type AnswerableModel,
  type AnswerWeights,
  answerableModelOf,
  candidatesOf,
  isAnswerable,
  MAX_CHARACTERS,
} from '../../src/models/generators/extractive/extract.ts';
import {
  QUESTION_STYLES,
  type QuestionStyle,
} from '../../src/models/generators/extractive/question/question.ts';
import { selectPlaces } from '../../src/models/generators/extractive/select.ts';
import { type Choice, type Example, fitChoices, fitProbability } from './learn.ts';
import type { PreparedQuestion } from './prepare.ts';
import { DOCUMENTATION_WEIGHT } from './question-sets.ts';

/** Figures of the two probabilities. The first also uses every feature of units whose name begins with `led_`. */
const ANSWERABLE = [
  ...['led', 'passage', 'heads', 'block', 'rarest', 'before', 'after', 'beforeOwn', 'afterOwn', 'phrase'],
  ...['own', 'held', 'count', 'missing', 'pairs', 'adjacent', 'unitScore', 'total', 'here', 'lastHere'],
  ...['found', 'absentNames', 'absentNumbers', 'scoreGap', 'typed', 'yesno', 'manner'],
];
const RIGHT = ['total', 'led', 'here', 'found', 'absentNames', 'typed', 'manner'];
const RIDGE = { units: 3, answerable: 10, right: 2 };
/** Weighted shares of answerable questions that may be refused. */
const WRONGLY_REFUSED = { korean: 0.06, sentence: 0.08, search: 0.05 };
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

type Assessed = ReturnType<typeof answerOf> & { readonly question: PreparedQuestion };

/** Fits all weights of the generator. */
export function fitWeights(questions: readonly PreparedQuestion[]): AnswerWeights {
  const units = fitChoices(
    questions
      .filter((question) => question.isAnswerable && !question.isRewritten)
      .map((question) => choiceOf(question)),
    RIDGE.units,
  );
  const assessed = questions.map((question): Assessed => ({ question, ...answerOf(question, units) }));
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
  const judged = [...crossFitted(assessed, 'question'), ...crossFitted(assessed, 'search')];
  const limits = QUESTION_STYLES.map((style) => [
    style,
    limitOf(
      judged.filter((each) => each.style === style),
      WRONGLY_REFUSED[style],
    ),
  ]);
  const answerableFrom = Object.fromEntries(limits) as AnswerWeights['answerableFrom'];
  return { units, answerable, answerableFrom, right };
}

const examplesOf = (
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

function fitAnswerable(assessed: readonly Assessed[], model: AnswerableModel): Record<string, number> {
  const examples = examplesOf(assessed, model, ({ question }) => question.isAnswerable);
  const names = new Set(examples.flatMap(({ features }) => Object.keys(features)));
  const forms = [...names].filter((name) => name.startsWith('led_')).sort();
  return fitProbability(examples, [...ANSWERABLE, ...forms], RIDGE.answerable);
}

/** An answerable question with the probability that a refusal model gives it. */
interface Judged {
  readonly style: QuestionStyle;
  readonly chance: number;
  readonly weight: number;
}

/** Judges questions by refusal models that were fitted without their fold. The weights of units are shared. */
function crossFitted(assessed: readonly Assessed[], model: AnswerableModel): Judged[] {
  const judged = assessed.filter(
    ({ question }) =>
      question.isAnswerable &&
      !question.set.isHard &&
      answerableModelOf(question.evidence.question.style) === model &&
      weightOf(question, model) > 0,
  );
  return [...Map.groupBy(judged, ({ question }) => question.fold)].flatMap(([fold, ofFold]) => {
    const others = assessed.filter(({ question }) => question.fold !== fold);
    const fitted = fitAnswerable(others, model);
    return ofFold.map(({ question, assessment }) => ({
      style: question.evidence.question.style,
      chance: probability(fitted, assessment),
      weight: weightOf(question, model),
    }));
  });
}

/** The probability below which the allowed share of the weights is refused. */
function limitOf(judged: readonly Judged[], share: number): number {
  let rest = share * judged.reduce((sum, { weight }) => sum + weight, 0);
  for (const { chance, weight } of judged.toSorted((left, right) => left.chance - right.chance)) {
    rest -= weight;
    if (rest < 0) return Math.round(100 * chance) / 100;
  }
  return 0.5;
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
