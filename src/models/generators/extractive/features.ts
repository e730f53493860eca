import { isTurnOver, nextTurn } from '../../../core/index.ts';
import { inverseDocumentFrequency } from '../../../documents/lexical/index.ts';
import type { Sentence, SplitPassage } from './candidates.ts';
import type { ParsedQuestion } from './question.ts';
import { signalsOf } from './signals.ts';

/** Feature values of a sentence by name. */
export type FeatureVector = Readonly<Record<string, number>>;

/** Weights of a question's terms, computed from the candidate sentences. */
export class QuestionWeights {
  readonly #question: ParsedQuestion;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #total: number;

  constructor(question: ParsedQuestion, passages: readonly SplitPassage[]) {
    this.#question = question;
    const sentences = passages.flatMap((passage) => passage.sentences);
    this.#weights = new Map(
      question.terms.map((term) => {
        const holding = sentences.filter((sentence) => sentence.termSet.has(term)).length;
        return [term, inverseDocumentFrequency(sentences.length, holding)];
      }),
    );
    this.#total = this.shareOf(() => 1, 1);
  }

  /** Sum of weight x `credit` over the question's terms, divided by `total` (default: sum of weights). */
  shareOf(credit: (term: string) => number, total = this.#total): number {
    if (total <= 0) return 0;
    let sum = 0;
    for (const term of this.#question.terms) sum += (this.#weights.get(term) ?? 0) * credit(term);
    return sum / total;
  }
}

/** 1 for a term in the sentence, 0.5 for a word with the same beginning (inventor, invention). */
export function creditIn(sentence: Sentence): (term: string) => number {
  return (term) => {
    if (sentence.termSet.has(term)) return 1;
    if (term.length < 4) return 0;
    for (const other of sentence.termSet) {
      if (other.length >= 4 && Math.abs(other.length - term.length) <= 4) {
        if (other.startsWith(term) || term.startsWith(other)) return 0.5;
      }
    }
    return 0;
  };
}

/** Features of every sentence of a passage; `topScore` is the best passage's score. */
export async function featuresOf(
  cut: SplitPassage,
  question: ParsedQuestion,
  weights: QuestionWeights,
  topScore: number,
): Promise<FeatureVector[]> {
  const credits = cut.sentences.map(creditIn);
  const none = () => 0;
  const inContext = (term: string) => (cut.context.has(term) ? 1 : 0);
  const inPassage = (term: string) => Math.max(inContext(term), ...credits.map((credit) => credit(term)));
  const contextShare = weights.shareOf(inContext);
  const passageShare = weights.shareOf(inPassage);
  const relativeScore = topScore > 0 ? Math.max(0, cut.passage.score) / topScore : 1;
  const features: FeatureVector[] = [];
  for (const [position, sentence] of cut.sentences.entries()) {
    if (isTurnOver()) await nextTurn();
    const own = credits[position] ?? none;
    const before = credits[position - 1] ?? none;
    const after = credits[position + 1] ?? none;
    const pairs = new Set<string>();
    for (let index = 1; index < sentence.terms.length; index++) {
      pairs.add(`${sentence.terms[index - 1]} ${sentence.terms[index]}`);
    }
    const fresh = sentence.terms.filter((term) => !question.terms.includes(term) && !cut.context.has(term));
    const beyondContext = weights.shareOf((term) => (1 - inContext(term)) * own(term));
    features.push({
      own: weights.shareOf(own),
      beyondContext,
      context: contextShare,
      passage: passageShare,
      withContext: weights.shareOf((term) => Math.max(own(term), inContext(term))),
      withBefore: weights.shareOf((term) => Math.max(own(term), inContext(term), before(term))),
      before: weights.shareOf((term) => Math.max(0, before(term) - own(term))),
      after: weights.shareOf((term) => Math.max(0, after(term) - own(term))),
      ownSquared: weights.shareOf(own) ** 2,
      pairs: share(question.pairs, (pair) => pairs.has(pair)),
      focus: question.focus !== undefined && own(question.focus) > 0 ? 1 : 0,
      first: position === 0 ? 1 : 0,
      position: Math.min(position, 12) / 12,
      rank: 1 / (1 + cut.rank),
      score: relativeScore,
      length: Math.log(1 + sentence.text.length) - 5,
      fresh: Math.log(1 + fresh.length) - 2,
      ...signalsOf(sentence, question, cut.context),
    });
  }
  return features;
}

const share = (items: readonly string[], held: (item: string) => boolean): number =>
  items.length === 0 ? 0 : items.filter(held).length / items.length;
