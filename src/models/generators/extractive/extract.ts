import type { GenerationRequest } from '../port.ts';
import { type SplitPassage, splitPassages } from './candidates.ts';
import { type FeatureVector, featuresOf, QuestionWeights } from './features.ts';
import { type ParsedQuestion, parseQuestion } from './question.ts';
import { type Option, selectSentences } from './select.ts';
import { markupShare } from './signals.ts';
import { withoutSourceMarks } from './source-marks.ts';
import { chanceOf, MAX_CHARACTERS, MIN_COVERAGE, MIN_COVERAGE_WITHOUT_NAME } from './weights.ts';

/** A sentence of the answer, verbatim except for white space and notes, with the marker of its passage. */
export interface Statement {
  readonly text: string;
  readonly marker: number;
}

export interface Extract {
  /** Empty if the passages do not contain an answer. */
  readonly statements: readonly Statement[];
  /** Whether a sentence was truncated. */
  readonly cut: boolean;
}

/** Minimum characters per token, in English and Korean. */
const CHARACTERS_PER_TOKEN = 1.5;
/** Sentences with fewer distinct terms are skipped as uninformative. */
const MIN_TERMS = 2;
/** Sentences with a larger share of link targets are lists of links. */
const MAX_MARKUP_SHARE = 0.5;
/** Where a sentence that is too long may be truncated. */
const CLAUSE_END = /[,;:)\u2014\u3001](?=\s)/g;

/** Selects the sentences that answer the question. */
export async function extractAnswer({
  question,
  passages,
  maxOutputTokens,
}: GenerationRequest): Promise<Extract> {
  const parsed = parseQuestion(question);
  const cut = await splitPassages(passages, parsed.terms);
  const weights = new QuestionWeights(parsed, cut);
  if (!coversQuestion(parsed, cut, weights)) return { statements: [], cut: false };
  const maxCharacters = Math.min(MAX_CHARACTERS, Math.floor(maxOutputTokens * CHARACTERS_PER_TOKEN));
  const chosen = selectSentences(await optionsOf(parsed, cut, weights), maxCharacters);
  let shortened = false;
  const statements = chosen.map((option) => {
    const text = option.text.length <= maxCharacters ? option.text : clauseWithin(option.text, maxCharacters);
    shortened ||= text !== option.text;
    return { text, marker: cut[option.rank]!.passage.marker };
  });
  return { statements, cut: shortened };
}

async function optionsOf(
  question: ParsedQuestion,
  passages: readonly SplitPassage[],
  weights: QuestionWeights,
): Promise<Option[]> {
  const topScore = passages.reduce((top, { passage }) => Math.max(top, passage.score), 0);
  const options: Option[] = [];
  for (const cut of passages) {
    const features = await featuresOf(cut, question, weights, topScore);
    const found = cut.sentences.flatMap(({ text: sourceText, termSet, position }): Option[] => {
      // A mark `[3]` in a source would look like a citation of passage 3.
      const text = withoutSourceMarks(sourceText);
      return text === undefined ||
        neighbourhood(features[position]!) === 0 ||
        termSet.size < MIN_TERMS ||
        markupShare(text) > MAX_MARKUP_SHARE
        ? []
        : [{ text, termSet, chance: chanceOf(features[position]!), rank: cut.rank, position }];
    });
    options.push(...found);
  }
  return options;
}

/** Whether some passage, with its title and headings, covers enough of the question. */
function coversQuestion(
  question: ParsedQuestion,
  passages: readonly SplitPassage[],
  weights: QuestionWeights,
): boolean {
  const known = (term: string) => passages.some((passage) => holds(passage, term));
  const minimum = question.names.every(known) ? MIN_COVERAGE : MIN_COVERAGE_WITHOUT_NAME;
  return questionCoverage(question, passages, weights) >= minimum;
}

/**
 * The largest share of the question that one passage covers, 0 to 1: the mean of the share of its terms and
 * the share of their weights. The share of terms alone would penalise a missing rare word too little, and the
 * share of weights alone would penalise a missing common word too little.
 */
export function questionCoverage(
  question: ParsedQuestion,
  passages: readonly SplitPassage[],
  weights: QuestionWeights,
): number {
  const shares = passages.map((passage) => {
    const count = question.terms.filter((term) => holds(passage, term)).length;
    const weight = weights.shareOf((term) => (holds(passage, term) ? 1 : 0));
    return (count / Math.max(1, question.terms.length) + weight) / 2;
  });
  return Math.max(0, ...shares);
}

const holds = ({ context, sentences }: SplitPassage, term: string): boolean =>
  context.has(term) || sentences.some(({ termSet }) => termSet.has(term));

/** Truncates a long sentence after the last clause that fits, or otherwise after the last word. */
function clauseWithin(text: string, maxCharacters: number): string {
  const window = text.slice(0, maxCharacters);
  const clause = [...window.matchAll(CLAUSE_END)].at(-1);
  const end =
    clause !== undefined && clause.index > maxCharacters / 2 ? clause.index : window.lastIndexOf(' ');
  return end > 0 ? window.slice(0, end).trimEnd() : Array.from(window).slice(0, -1).join('');
}

/** The coverage of the question by a sentence, its neighbours and headings; 0 for unrelated sentences. */
const neighbourhood = (features: FeatureVector): number => (features.withBefore ?? 0) + (features.after ?? 0);
