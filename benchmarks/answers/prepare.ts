import { containsGold } from '../../src/measure/index.ts';
import { type Evidence, gatherEvidence } from '../../src/models/generators/extractive/evidence.ts';
import { candidatesOf } from '../../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../../src/models/generators/extractive/question/question.ts';
import { passagesOf } from '../../src/query/answering/passages.ts';
import { DEFAULT_ANSWER_OPTIONS } from '../../src/query/answering/port.ts';
import type { AskedQuestion, QuestionSet } from './question-sets.ts';

/** A question with everything that does not depend on the weights. */
export interface PreparedQuestion {
  readonly set: QuestionSet;
  readonly gold: readonly string[];
  readonly isAnswerable: boolean;
  /** Whether the passages with the answer were removed, so that the question cannot be answered. */
  readonly isRemoved: boolean;
  readonly evidence: Evidence;
  /** For each candidate, whether it contains a gold answer or a part of it. */
  readonly isRight: readonly boolean[];
}

/** Passages of an answer, by default. */
const PASSAGES = 8;
/** Maximum number of units that a gold answer may span. */
const MAX_SPAN = 6;

/** Prepares a question, and once more without the passages that contain its answer if enough others were found. */
export async function prepare(
  set: QuestionSet,
  { question, hits }: AskedQuestion,
): Promise<PreparedQuestion[]> {
  const gold = question.answers;
  const isAnswerable = question.answerable ?? gold.length > 0;
  const withHits = async (
    used: AskedQuestion['hits'],
  ): Promise<Pick<PreparedQuestion, 'set' | 'gold' | 'evidence'>> => {
    const passages = await passagesOf(question.text, used, DEFAULT_ANSWER_OPTIONS);
    const parsed = parseQuestion(question.text);
    const evidence = await gatherEvidence(
      parsed,
      passages.map(({ passage }) => passage),
    );
    return { set, gold, evidence };
  };
  const asked = await withHits(hits.slice(0, PASSAGES));
  const isRight = isAnswerable ? rightCandidates(asked.evidence, gold) : [];
  const prepared = [{ ...asked, isAnswerable, isRemoved: false, isRight }];
  const others = hits.filter(({ text }) => !containsGold(text, gold)).slice(0, PASSAGES);
  if (isAnswerable && others.length === PASSAGES && set.weight > 0)
    prepared.push({ ...(await withHits(others)), isAnswerable: false, isRemoved: true, isRight: [] });
  return prepared;
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
