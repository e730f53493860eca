import type { Hit } from '../../core/index.ts';
import {
  containsGold,
  type EvaluationQuery,
  FAILED_OUTCOMES,
  matchJudgements,
  type QueryResult,
} from '../../measure/index.ts';
import type { Answer } from '../../query/answering/index.ts';

/** The reply to one question with the passages that the generator received. */
export interface Reply {
  readonly answer: Answer;
  readonly passages: readonly Hit[];
}

/**
 * The wrong answers, wrong refusals and answers to unanswerable questions as JSON lines, with the passages that they
 * were made from.
 */
export function failedLines(
  queries: readonly EvaluationQuery[],
  results: readonly QueryResult[],
  replies: ReadonlyMap<string, Reply>,
  isDocument?: (name: string) => boolean,
): readonly string[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  return results.flatMap(({ id, answer }) => {
    if (answer?.outcome === undefined || !FAILED_OUTCOMES.includes(answer.outcome)) return [];
    const { text, answers, kind, judgements } = byId.get(id)!;
    const { answer: reply, passages } = replies.get(id)!;
    const line = {
      id,
      question: text,
      kind,
      outcome: answer.outcome,
      gold: answers,
      answer: answer.text,
      confidence: answer.confidence,
      relevant: [...(judgements ?? [])].flatMap(([document, grade]) => (grade > 0 ? [document] : [])),
      citations: reply.citations.map(({ marker, documentId, title, quote }) => ({
        marker,
        documentId,
        title,
        quote,
      })),
      passages: describe(passages, answers, judgements, isDocument),
    };
    return [`${JSON.stringify(line)}\n`];
  });
}

/** `containsGold` tells a wrong choice among the passages from a search that did not find the right one. */
function describe(
  passages: readonly Hit[],
  gold: readonly string[],
  judgements: EvaluationQuery['judgements'] = new Map(),
  isDocument: ((name: string) => boolean) | undefined,
): readonly object[] {
  const names = namesOf(passages, judgements, isDocument);
  return passages.map(({ id, documentId, title, text }, index) => ({
    rank: index + 1,
    chunkId: id,
    documentId,
    title,
    isRelevant: judgements.size === 0 ? undefined : (judgements.get(names.get(documentId)!) ?? 0) > 0,
    containsGold: gold.length === 0 ? undefined : containsGold(text, gold),
  }));
}

/** The name by which judgements refer to each document. */
function namesOf(
  passages: readonly Hit[],
  judgements: NonNullable<EvaluationQuery['judgements']>,
  isDocument: ((name: string) => boolean) | undefined,
): ReadonlyMap<string, string> {
  const ids = [...new Set(passages.map(({ documentId }) => documentId))];
  const names =
    isDocument === undefined ? ids : matchJudgements(ids, Object.fromEntries(judgements), isDocument);
  return new Map(ids.map((id, index) => [id, names[index]!]));
}
