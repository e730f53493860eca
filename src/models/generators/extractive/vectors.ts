import type { GenerationRequest } from '../port.ts';
import type { Question } from './question/question.ts';
import { type Candidate, type Place, withChances } from './select.ts';
import type { UnitEvidence } from './unit-features.ts';

/** What was learned about the vectors of questions and units. */
export interface VectorWeights {
  /** Weights of the words' score and of the nearness in the score of a unit. */
  readonly units: { readonly score: number; readonly nearness: number };
  /** Logistic model of the probability that the passages answer the question: {@link NearnessFigures} by name. */
  readonly answerable: Readonly<Record<string, number>>;
  /** A lower probability refuses the question. */
  readonly answerableFrom: Readonly<Record<'sentence' | 'search', number>>;
}

/**
 * How near the vectors of units are to that of the question: 0 is as near as unrelated sentences, 1 the same text. Embedders differ
 * in the cosines that they give to unrelated texts.
 */
export interface Nearness {
  /** For units that were not compared, that of the farthest one. */
  readonly of: (unit: UnitEvidence) => number;
  /** That of the nearest unit. */
  readonly nearest: number;
  /** Over the compared units. */
  readonly mean: number;
}

/** Figures of the probability that the passages answer the question. */
export type NearnessFigures = {
  /** Logit of the probability according to the words. */
  readonly words: number;
  readonly nearest: number;
  readonly mean: number;
  /** Nearness of the nearest unit of the best place. */
  readonly best: number;
};

/** Number of the most probable units whose vectors are compared. */
const COMPARED = 12;
/** Sentences that are unrelated to what documents say. */
const UNRELATED = {
  english: [
    'The train to the coast leaves at noon.',
    'She planted tomatoes behind the house.',
    'The orchestra played until midnight.',
    'Snow fell on the mountains all week.',
    'He baked bread for his neighbours.',
  ],
  korean: [
    '해안으로 가는 기차는 정오에 떠난다.',
    '그녀는 집 뒤에 토마토를 심었다.',
    '관현악단은 자정까지 연주했다.',
    '산에는 일주일 내내 눈이 내렸다.',
    '그는 이웃을 위해 빵을 구웠다.',
  ],
} as const;

export const unrelatedTo = ({ style }: Question): readonly string[] =>
  UNRELATED[style === 'korean' ? 'korean' : 'english'];

/** The text of a unit whose vector is compared: with its headings, because many units do not repeat their topic. */
export const comparedText = ({ passage: { passage }, evidence: { unit } }: Candidate): string =>
  [passage.headingPath.at(-1) ?? passage.title, unit.heading, unit.text]
    .filter((part) => part !== '')
    .join(': ');

export const mostProbable = (candidates: readonly Candidate[], count = COMPARED): Candidate[] =>
  candidates.toSorted((left, right) => right.chance - left.chance).slice(0, count);

/** Compares the vectors of the most probable units with that of the question. */
export async function compareVectors(
  question: Question,
  candidates: readonly Candidate[],
  similarities: NonNullable<GenerationRequest['similarities']>,
): Promise<Nearness> {
  const unrelated = unrelatedTo(question);
  const compared = mostProbable(candidates);
  const cosines = await similarities([...unrelated, ...compared.map(comparedText)]);
  return nearnessOf(compared, cosines.slice(unrelated.length), cosines.slice(0, unrelated.length));
}

/** @param cosines Of the compared units with the question */
export function nearnessOf(
  compared: readonly Candidate[],
  cosines: readonly number[],
  unrelated: readonly number[],
): Nearness {
  const background = meanOf(unrelated);
  const values = cosines.map((cosine) => (cosine - background) / Math.max(0.1, 1 - background));
  const byUnit = new Map(compared.map(({ evidence }, index) => [evidence, values[index]!]));
  const farthest = Math.min(...values);
  return {
    of: (unit) => byUnit.get(unit) ?? farthest,
    nearest: Math.max(...values),
    mean: meanOf(values),
  };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The candidates with probabilities that words and vectors give together. */
export const chancesWith = (
  candidates: readonly Candidate[],
  nearness: Nearness,
  weights: VectorWeights['units'],
): Candidate[] =>
  withChances(
    candidates,
    ({ evidence, score }) => weights.score * score + weights.nearness * nearness.of(evidence),
  );

/** @param chance Probability, according to the words, that the passages answer the question */
export const figuresOf = (
  { of, nearest, mean }: Nearness,
  places: readonly Place[],
  chance: number,
): NearnessFigures => ({
  words: Math.log(Math.max(LEAST, chance) / Math.max(LEAST, 1 - chance)),
  nearest,
  mean,
  best: Math.max(...(places[0]?.candidates ?? []).map(({ evidence }) => of(evidence))),
});

const LEAST = 1e-6;
