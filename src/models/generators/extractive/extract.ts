import type { GenerationRequest } from '../port.ts';
import { type Assessment, assess, probability } from './confidence.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { parseQuestion, type Question, type QuestionStyle } from './question/question.ts';
import { type Candidate, isQuotable, type Place, selectPlaces, withChances } from './select.ts';
import { withoutSourceMarks } from './source-marks.ts';
import { chancesWith, compareVectors, figuresOf, type Nearness, type VectorWeights } from './vectors.ts';
import learned from './weights.json' with { type: 'json' };

/** What `npm run train:answers` learned. Features by name. */
export interface AnswerWeights {
  /** Score of a unit, for a softmax over all units. */
  readonly units: Readonly<Record<string, number>>;
  /** Logistic models of the probability that the passages answer the question. */
  readonly answerable: Readonly<Record<AnswerableModel, Readonly<Record<string, number>>>>;
  /** A lower probability refuses the question. */
  readonly answerableFrom: Readonly<Record<QuestionStyle, number>>;
  /** Logistic model of the probability that the answer is right. */
  readonly right: Readonly<Record<string, number>>;
  /** Used in addition if the vectors of units are compared with the question's. */
  readonly vectors: VectorWeights;
}

/** Search queries have a model of their own, because nothing marks their names. */
export type AnswerableModel = 'question' | 'search';
export const answerableModelOf = (style: QuestionStyle): AnswerableModel =>
  style === 'search' ? 'search' : 'question';

const weights: AnswerWeights = learned;

/** A quotation of a passage. */
export interface Quotation {
  /** Plain text of the quoted units. */
  readonly text: string;
  /** The n of `[n]`. */
  readonly marker: number;
  /** UTF-16 offsets in the passage's text. */
  readonly start: number;
  readonly end: number;
}

export interface Extract {
  /** Empty if the passages do not contain an answer. */
  readonly quotations: readonly Quotation[];
  /** Probability that the passages answer the question and the quotations contain the answer, 0 to 1. */
  readonly confidence: number;
  /** Whether a sentence was cut. */
  readonly isCut: boolean;
}

/** Maximum characters of an answer, without citation marks. */
export const MAX_CHARACTERS = 600;
/** Minimum characters per token, in English and Korean. */
const CHARACTERS_PER_TOKEN = 1.5;
/** Where a sentence that is too long may be cut. */
const CLAUSE_END = /[,;:)\u2014\u3001](?=\s)/g;

/** Selects the parts of the passages that answer the question, or none if the passages do not answer it. */
export async function extractAnswer({
  question,
  passages,
  similarities,
  maxOutputTokens,
}: GenerationRequest): Promise<Extract> {
  const evidence = await gatherEvidence(parseQuestion(question), passages);
  const maxCharacters = Math.min(MAX_CHARACTERS, Math.floor(maxOutputTokens * CHARACTERS_PER_TOKEN));
  const candidates = candidatesOf(evidence);
  const nearness =
    similarities === undefined || candidates.length === 0
      ? undefined
      : await compareVectors(evidence.question, candidates, similarities);
  const places = selectPlaces(
    nearness === undefined ? candidates : chancesWith(candidates, nearness, weights.vectors.units),
    maxCharacters,
  );
  const assessment = assess(evidence, places);
  const confidence = probability(weights.right, assessment);
  if (!isAnswerable(weights, evidence.question, { assessment, places, nearness }))
    return { quotations: [], confidence, isCut: false };
  const quotations = places.map((place) => quotationOf(place));
  const cut = quotations.map((quotation) => ({
    ...quotation,
    text: textWithin(quotation.text, maxCharacters),
  }));
  return {
    quotations: cut,
    confidence,
    isCut: cut.some(({ text }, index) => text !== quotations[index]!.text),
  };
}

/** Whether the passages probably answer a question. */
export function isAnswerable(
  { answerable, answerableFrom, vectors }: AnswerWeights,
  { style }: Question,
  found: {
    readonly assessment: Assessment;
    readonly places: readonly Place[];
    readonly nearness?: Nearness | undefined;
  },
): boolean {
  const { assessment, places, nearness } = found;
  const chance = probability(answerable[answerableModelOf(style)], assessment);
  // Small embedders know no Korean: they find all Korean texts near.
  if (nearness !== undefined && style !== 'korean') {
    const figures = figuresOf(nearness, places, chance);
    return probability(vectors.answerable, figures) >= vectors.answerableFrom[style];
  }
  // Without a word of the question, nothing that is said answers it.
  return (assessment.here ?? 0) > 0 && chance >= answerableFrom[style];
}

/** All units that an answer may quote, with their probabilities. */
export function candidatesOf(
  { question, passages }: Evidence,
  unitWeights: AnswerWeights['units'] = weights.units,
): Candidate[] {
  const weightOf = new Map(Object.entries(unitWeights));
  const scoreOf = (features: Readonly<Record<string, number>>): number => {
    let sum = 0;
    for (const name in features) sum += (weightOf.get(name) ?? 0) * features[name]!;
    return sum;
  };
  const scored = passages.flatMap((passage) =>
    passage.units.flatMap((evidence, position) =>
      isQuotable(evidence, passage.passage.text, question.asksForCode) &&
      withoutSourceMarks(evidence.unit.text) !== undefined
        ? [{ passage, position, evidence, score: scoreOf(evidence.features) }]
        : [],
    ),
  );
  return withChances(scored, ({ score }) => score);
}

/** The units of a place as text: sentences of a paragraph in one line, items, rows and code in lines of their own. */
function quotationOf({ passage, candidates }: Place): Quotation {
  let text = '';
  let block: number | undefined;
  let isAfterLine = false;
  const commonIndent = indentOf(candidates);
  for (const { evidence } of candidates) {
    const { unit } = evidence;
    const isLine = unit.kind !== 'sentence' || unit.text.includes('\n');
    const isOwnLine = isLine || isAfterLine || unit.block !== block;
    const mark =
      unit.mark === '' || candidates.length === 1 ? '' : `${/^\d/u.test(unit.mark) ? unit.mark : '-'} `;
    const indent = unit.kind === 'code' ? unit.text.slice(commonIndent, /\S/u.exec(unit.text)?.index) : '';
    text += `${text === '' ? '' : isOwnLine ? '\n' : ' '}${mark}${indent}${withoutSourceMarks(unit.text) ?? ''}`;
    block = unit.block;
    isAfterLine = isLine;
  }
  const [first, last] = [candidates[0]!.evidence.unit, candidates.at(-1)!.evidence.unit];
  return { text, marker: passage.passage.marker, start: first.start, end: last.end };
}

/** White space that all lines of code begin with. */
const indentOf = (candidates: readonly Candidate[]): number =>
  candidates.reduce(
    (least, { evidence: { unit } }) =>
      unit.kind === 'code' ? Math.min(least, unit.text.length - unit.text.trimStart().length) : least,
    Number.POSITIVE_INFINITY,
  );

/** Cuts a text after the last clause that fits, or otherwise after the last word or character. */
function textWithin(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const window = text.slice(0, maxCharacters);
  const clause = [...window.matchAll(CLAUSE_END)].at(-1);
  const end =
    clause !== undefined && clause.index > maxCharacters / 2 ? clause.index : window.lastIndexOf(' ');
  if (end > 0) return window.slice(0, end).trimEnd();
  const isPair = /[\ud800-\udbff]$/.test(window);
  return isPair ? text.slice(0, maxCharacters === 1 ? 2 : maxCharacters - 1) : window;
}
