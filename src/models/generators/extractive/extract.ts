import type { GenerationRequest } from '../port.ts';
import { type CutPassage, cutPassages } from './candidates.ts';
import { type FeatureVector, featuresOf, QuestionWeights } from './features.ts';
import { type ParsedQuestion, parseQuestion } from './question.ts';
import { type Option, selectSentences } from './select.ts';
import { markupShare } from './signals.ts';
import { withoutSourceMarks } from './source-marks.ts';
import { chanceOf, FEWEST_FOUND, FEWEST_FOUND_WITHOUT_NAME, MAX_CHARACTERS } from './weights.ts';

/** A sentence of the answer, verbatim but for white space and notes, and the passage it is from. */
export interface Statement {
  readonly text: string;
  readonly marker: number;
}

export interface Extract {
  /** Empty when the passages do not hold an answer. */
  readonly statements: readonly Statement[];
  /** A sentence had to be cut to fit. */
  readonly cut: boolean;
}

/** Characters of a token at least, in English and Korean alike. */
const CHARACTERS_PER_TOKEN = 1.5;
/** A sentence of fewer distinct terms says nothing by itself. */
const FEWEST_TERMS = 2;
/** A sentence with a larger share of link targets is a list of links. */
const MOST_MARKUP = 0.5;
/** Where a sentence that is too long may end. */
const CLAUSE_END = /[,;:)\u2014\u3001](?=\s)/g;

/** Chooses the sentences that answer. */
export async function extractAnswer({
  question,
  passages,
  maxOutputTokens,
}: GenerationRequest): Promise<Extract> {
  const parsed = parseQuestion(question);
  const cut = await cutPassages(passages, parsed.terms);
  const weights = new QuestionWeights(parsed, cut);
  if (!holdsAnswer(parsed, cut, weights)) return { statements: [], cut: false };
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
  passages: readonly CutPassage[],
  weights: QuestionWeights,
): Promise<Option[]> {
  const topScore = passages.reduce((top, { passage }) => Math.max(top, passage.score), 0);
  const options: Option[] = [];
  for (const cut of passages) {
    const features = await featuresOf(cut, question, weights, topScore);
    const found = cut.sentences.flatMap(({ text: sourceText, termSet, position }): Option[] => {
      // `[3]` in a source would read as a citation of passage 3.
      const text = withoutSourceMarks(sourceText);
      return text === undefined ||
        neighbourhood(features[position]!) === 0 ||
        termSet.size < FEWEST_TERMS ||
        markupShare(text) > MOST_MARKUP
        ? []
        : [{ text, termSet, chance: chanceOf(features[position]!), rank: cut.rank, position }];
    });
    options.push(...found);
  }
  return options;
}

/** Whether some passage, with its title and headings, has enough of what the question is about. */
function holdsAnswer(
  question: ParsedQuestion,
  passages: readonly CutPassage[],
  weights: QuestionWeights,
): boolean {
  const known = (term: string) => passages.some((passage) => holds(passage, term));
  const fewest = question.names.every(known) ? FEWEST_FOUND : FEWEST_FOUND_WITHOUT_NAME;
  return questionFound(question, passages, weights) >= fewest;
}

/**
 * The largest share of the question that one passage holds, 0 to 1: the mean of the share of its terms and of the
 * share of their weights. Terms alone forgive a missing rare word too easily, weights alone a common one too hardly.
 */
export function questionFound(
  question: ParsedQuestion,
  passages: readonly CutPassage[],
  weights: QuestionWeights,
): number {
  const shares = passages.map((passage) => {
    const count = question.terms.filter((term) => holds(passage, term)).length;
    const weight = weights.shareOf((term) => (holds(passage, term) ? 1 : 0));
    return (count / Math.max(1, question.terms.length) + weight) / 2;
  });
  return Math.max(0, ...shares);
}

const holds = ({ context, sentences }: CutPassage, term: string): boolean =>
  context.has(term) || sentences.some(({ termSet }) => termSet.has(term));

/** The beginning of a long sentence up to its last clause that fits, else up to its last word. */
function clauseWithin(text: string, maxCharacters: number): string {
  const window = text.slice(0, maxCharacters);
  const clause = [...window.matchAll(CLAUSE_END)].at(-1);
  const end =
    clause !== undefined && clause.index > maxCharacters / 2 ? clause.index : window.lastIndexOf(' ');
  return end > 0 ? window.slice(0, end).trimEnd() : Array.from(window).slice(0, -1).join('');
}

/** What a sentence, its neighbours and its headings hold of the question; where it is nothing, it is off the topic. */
const neighbourhood = (features: FeatureVector): number => (features.withBefore ?? 0) + (features.after ?? 0);
