import { type AnswerOutcome, containsGold } from '../../src/measure/index.ts';
import { type Assessment, assess, probability } from '../../src/models/generators/extractive/confidence.ts';
import {
  type AnswerWeights,
  candidatesOf,
  isAnswerable,
  MAX_CHARACTERS,
} from '../../src/models/generators/extractive/extract.ts';
import { type Candidate, type Place, selectPlaces } from '../../src/models/generators/extractive/select.ts';
import {
  chancesWith,
  comparedText,
  mostProbable,
  type Nearness,
  nearnessOf,
  unrelatedTo,
} from '../../src/models/generators/extractive/vectors.ts';
import type { PreparedQuestion } from './prepare.ts';

/** The answer that a question gets. */
export interface GivenAnswer {
  readonly assessment: Assessment;
  readonly places: readonly Place[];
  readonly nearness?: Nearness | undefined;
  readonly isRight: boolean;
  readonly characters: number;
}

/** Weights of a choice of places: of words alone, or also of vectors. */
export interface ChoiceWeights {
  readonly units: AnswerWeights['units'];
  readonly vectors?: Pick<AnswerWeights['vectors'], 'units'> | undefined;
}

export function answerOf(question: PreparedQuestion, { units, vectors }: ChoiceWeights): GivenAnswer {
  const { evidence, gold } = question;
  const candidates = candidatesOf(evidence, units);
  const nearness = vectors === undefined ? undefined : nearnessIn(question, candidates);
  const places = selectPlaces(
    vectors === undefined || nearness === undefined
      ? candidates
      : chancesWith(candidates, nearness, vectors.units),
    MAX_CHARACTERS,
  );
  const texts = places.map((place) => place.candidates.map((each) => each.evidence.unit.text).join(' '));
  return {
    assessment: assess(evidence, places),
    places,
    nearness,
    isRight: question.isAnswerable && texts.some((text) => containsGold(text, gold)),
    characters: texts.map((text) => `${text} [1]`).join('\n\n').length,
  };
}

/** Undefined if the question or none of the most probable units was embedded. */
export function nearnessIn(
  { cosines, evidence }: PreparedQuestion,
  candidates: readonly Candidate[],
): Nearness | undefined {
  const compared = mostProbable(candidates).filter((each) => cosines?.has(comparedText(each)));
  if (cosines === undefined || compared.length === 0) return undefined;
  return nearnessOf(
    compared,
    compared.map((each) => cosines.get(comparedText(each))!),
    unrelatedTo(evidence.question).map((text) => cosines.get(text)!),
  );
}

/** How a question ends with some weights. */
export interface Ending {
  readonly outcome: AnswerOutcome;
  readonly confidence: number;
  readonly characters: number;
  readonly places: number;
}

/** Answers a question with some weights; with those of vectors only if `isCompared`. */
export function endingOf(question: PreparedQuestion, weights: AnswerWeights, isCompared = false): Ending {
  const given = answerOf(question, isCompared ? weights : { units: weights.units });
  const isAnswered = isAnswerable(weights, question.evidence.question, given);
  const outcome = question.isAnswerable
    ? isAnswered
      ? given.isRight
        ? 'right'
        : 'wrong'
      : 'wronglyRefused'
    : isAnswered
      ? 'answeredUnanswerable'
      : 'rightlyRefused';
  return {
    outcome,
    confidence: probability(weights.right, given.assessment),
    characters: given.characters,
    places: given.places.length,
  };
}
