import { dotProduct } from '../../src/core/index.ts';
import { containsGold } from '../../src/measure/index.ts';
import type { Embedder } from '../../src/models/embedders/index.ts';
import { type Evidence, gatherEvidence } from '../../src/models/generators/extractive/evidence.ts';
import { candidatesOf } from '../../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../../src/models/generators/extractive/question/question.ts';
import { comparedText, mostProbable, unrelatedTo } from '../../src/models/generators/extractive/vectors.ts';
import { passagesOf } from '../../src/query/answering/passages.ts';
import { DEFAULT_ANSWER_OPTIONS } from '../../src/query/answering/port.ts';
import { type AskedQuestion, DOCUMENTATION_WEIGHT, type QuestionSet } from './question-sets.ts';

/** A question with everything that does not depend on the weights. */
export interface PreparedQuestion {
  readonly set: QuestionSet;
  /** Questions of a fold are left out together. */
  readonly fold: string;
  readonly gold: readonly string[];
  readonly isAnswerable: boolean;
  /** Whether the passages with the answer were removed, so that the question cannot be answered. */
  readonly isRemoved: boolean;
  /** Whether the question was rewritten as a search query: in lower case, without a question mark. */
  readonly isRewritten: boolean;
  readonly evidence: Evidence;
  /** Cosines of the most probable units and of unrelated sentences with the question, by text, if it was embedded. */
  readonly cosines?: ReadonlyMap<string, number> | undefined;
  /** For each candidate, whether it contains a gold answer or a part of it. */
  readonly isRight: readonly boolean[];
}

/** Passages of an answer, by default. */
const PASSAGES = 8;
/** Number of embedded units: more than are compared, because the weights that choose those are still to be fitted. */
const EMBEDDED = 24;
/** Number of folds of a set that is not documentation. */
const FOLDS = 5;
/** Maximum number of units that a gold answer may span. */
const MAX_SPAN = 6;

/**
 * Prepares a question, and once more without the passages that contain its answer if enough others were found. Questions
 * about documentation are also prepared as search queries, because people type both.
 * @param index Position of the question in its set
 * @param embedder For the questions in English whose vectors are learned from
 */
export async function prepare(
  set: QuestionSet,
  { question, hits }: AskedQuestion,
  index: number,
  embedder?: Embedder,
): Promise<PreparedQuestion[]> {
  const isDocumentation = set.weight === DOCUMENTATION_WEIGHT;
  const fold = isDocumentation ? set.group : `${set.group} ${index % FOLDS}`;
  const gold = question.answers;
  const isAnswerable = question.answerable ?? gold.length > 0;
  const asked = hits.slice(0, PASSAGES);
  const others = hits.filter(({ text }) => !containsGold(text, gold)).slice(0, PASSAGES);
  const isRepeated = isAnswerable && others.length === PASSAGES && set.weight > 0;
  const texts = [question.text];
  if (isDocumentation && parseQuestion(question.text).style === 'sentence')
    texts.push(question.text.toLowerCase().replaceAll('?', ''));
  const prepared: PreparedQuestion[] = [];
  for (const [variant, text] of texts.entries()) {
    const shared = { set, fold, gold, isRewritten: variant > 0 };
    const evidence = await evidenceFor(text, asked);
    const isRight = isAnswerable ? rightCandidates(evidence, gold) : [];
    prepared.push({ ...shared, evidence, isAnswerable, isRemoved: false, isRight });
    if (isRepeated) {
      const without = await evidenceFor(text, others);
      prepared.push({ ...shared, evidence: without, isAnswerable: false, isRemoved: true, isRight: [] });
    }
  }
  if (embedder === undefined || !isEmbedded(set, question.text)) return prepared;
  const cosines = await cosinesOf(prepared, question.text, embedder);
  return prepared.map((each) => ({ ...each, cosines }));
}

/** Questions with words of documentation, and clapnq with questions that people asked in vain. */
const isEmbedded = ({ weight, name }: QuestionSet, question: string): boolean =>
  (weight === DOCUMENTATION_WEIGHT || name === 'clapnq') && parseQuestion(question).style !== 'korean';

/** The rewritten question is compared as it was asked: the model takes no notice of capitals. */
async function cosinesOf(
  prepared: readonly PreparedQuestion[],
  question: string,
  embedder: Embedder,
): Promise<ReadonlyMap<string, number>> {
  const texts = new Set(
    prepared.flatMap(({ evidence }) => [
      ...unrelatedTo(evidence.question),
      ...mostProbable(candidatesOf(evidence), EMBEDDED).map(comparedText),
    ]),
  );
  const { vectors: asked } = await embedder.embedQuery(question);
  const { vectors } = await embedder.embedDocuments([...texts]);
  const { dimensions } = embedder;
  return new Map(
    [...texts].map((text, row) => [
      text,
      dotProduct(asked, vectors.subarray(row * dimensions, (row + 1) * dimensions)),
    ]),
  );
}

async function evidenceFor(question: string, hits: AskedQuestion['hits']): Promise<Evidence> {
  const passages = await passagesOf(question, hits, DEFAULT_ANSWER_OPTIONS);
  return await gatherEvidence(
    parseQuestion(question),
    passages.map(({ passage }) => passage),
  );
}

/** Candidates that contain a gold answer; in passages without one, those of the shortest span that contains it. */
function rightCandidates(evidence: Evidence, gold: readonly string[]): boolean[] {
  const candidates = candidatesOf(evidence, {});
  return [...Map.groupBy(candidates, ({ passage }) => passage).values()].flatMap((group) => {
    const texts = group.map((candidate) => candidate.evidence.unit.text);
    const isRight = texts.map((text) => containsGold(text, gold));
    if (!isRight.includes(true) && containsGold(texts.join(' '), gold)) {
      const span = shortestSpan(texts, gold);
      if (span !== undefined) isRight.fill(true, span.start, span.end);
    }
    return isRight;
  });
}

function shortestSpan(
  texts: readonly string[],
  gold: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  for (let length = 2; length <= MAX_SPAN; length++)
    for (let start = 0; start + length <= texts.length; start++)
      if (containsGold(texts.slice(start, start + length).join(' '), gold))
        return { start, end: start + length };
  return undefined;
}
