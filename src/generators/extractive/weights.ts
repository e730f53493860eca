import type { FeatureVector } from './features.ts';

/**
 * Logistic regression (Newton's method, ridge 1) of "the sentence holds a gold answer" on the 135,685 sentences of
 * the top 5 passages of five sixths of the 7,172 training questions of qed-nq. Set by hand, because those passages
 * are openings of encyclopedia articles and their scores one kind of score: `first` (fitted 1.7), `position` (-.9),
 * `score` (3.5 with its square), and for Markdown, which they do not hold, `introduces`, `elsewhere`, `markup`;
 * the others were then fitted beside these. That costs .008 of the .733 answered (held-out sixth: .724).
 */
const BIAS = -6.388;
const WEIGHTS: FeatureVector = {
  own: 1.475,
  beyondContext: 0.768,
  context: 0.739,
  passage: -0.811,
  withContext: 1.507,
  withBefore: 0.052,
  before: 0.343,
  after: 0.592,
  ownSquared: -1.288,
  pairs: 0.481,
  focus: 0.429,
  first: 0.6,
  position: -0.4,
  rank: 2.591,
  score: 1,
  length: 0.317,
  fresh: -0.136,
  names: -0.145,
  numbers: 0.056,
  dates: -0.09,
  definition: 0.102,
  pronoun: -0.367,
  introduces: -0.7,
  asks: -1.426,
  elsewhere: -1,
  markup: -2,
  namesPerson: 0.446,
  anyNamePerson: 0.25,
  datesTime: 0.652,
  anyDateTime: 1.111,
  numbersTime: -0.42,
  placePlace: 0.433,
  namesPlace: 0.392,
  numbersNumber: 0.721,
  anyNumberNumber: 0.059,
  reasonReason: 1.132,
  mannerManner: 0.276,
  definitionThing: 0.408,
  namesThing: 0.366,
};

/** What a character of answer costs, in chance of answering: higher gives shorter answers with fewer sentences. */
export const PRICE_OF_A_CHARACTER = 0.0002;
/** Longest answer in characters without citation marks; a single longer sentence is cut at a clause. */
export const MAX_CHARACTERS = 600;
/**
 * Below this share of the question found in the best passage, the passages do not hold an answer. On questions put
 * to the collection they were made for this refuses 3 % (qed-nq) and 6 % (scifact), put to the other's 52 % and 83 %.
 */
export const FEWEST_FOUND = 0.375;
/** The same where a name in the question stands in no passage at all. */
export const FEWEST_FOUND_WITHOUT_NAME = 0.6;

/** The chance, 0 to 1, that a sentence with these measures holds the answer. */
export function chanceOf(features: FeatureVector): number {
  let sum = BIAS;
  for (const [name, weight] of Object.entries(WEIGHTS)) sum += weight * (features[name] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
