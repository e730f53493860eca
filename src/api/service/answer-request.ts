import { type Answer, type AnswerRequest, answerQuestion } from '../../query/answering/index.ts';
import {
  answerOf,
  type ResolvedQuestion,
  resolvedByRules,
  resolveQuestion,
  totalUsage,
  usedHistory,
} from '../../query/conversation/index.ts';
import { cleanQuestion } from '../../query/retrieval/index.ts';
import { boundedAnswer, checkAnswer } from './bounds.ts';
import type { RagServiceParts } from './parts.ts';
import type { AnswerContent, GenerateRequest, RetrieveRequest } from './port.ts';
import type { Work } from './request-runner.ts';
import { truncateChunks } from './shown.ts';

/** The question of a request, made self-contained. */
export async function resolveRequest(
  { generator, defaults }: Pick<RagServiceParts, 'generator' | 'defaults'>,
  { question = '', history }: Pick<RetrieveRequest, 'question' | 'history'>,
  work: Work,
): Promise<ResolvedQuestion> {
  const resolved = await resolveQuestion(
    history === undefined ? question : cleanQuestion(question),
    history,
    { rewrite: defaults.rewrite, generator, signal: work.deadline.signal },
  );
  work.meter.resolved(resolved);
  return resolved;
}

/** A question whose hits are known, with the question that a model rewrote for their search. */
export function conversationOf(
  { question, history }: Pick<GenerateRequest, 'question' | 'history'>,
  rewritten?: string,
): ResolvedQuestion {
  const resolved = resolvedByRules(cleanQuestion(question), usedHistory(history));
  return rewritten === undefined ? resolved : { ...resolved, answered: rewritten };
}

/** Answers a question from its hits. With `onToken`, the answer is streamed and includes no chunks. */
export async function answerFound(
  parts: Pick<RagServiceParts, 'generator' | 'defaults'>,
  question: ResolvedQuestion,
  { hits, similarities }: Pick<AnswerRequest, 'hits' | 'similarities'>,
  work: Work,
  options: { readonly signal?: AbortSignal; readonly onToken?: (text: string) => Promise<void> } = {},
): Promise<AnswerContent> {
  const generator = await parts.generator();
  const answered: Answer = await answerQuestion(
    generator,
    { ...answerOf({ ...question, answered: cleanQuestion(question.answered) }), hits, similarities },
    {
      signal: work.deadline.signal,
      ...parts.defaults.answer,
      ...(work.switches.compression ? { compress: true } : {}),
      // A stream has no length limit.
      ...(options.onToken === undefined ? { onToken: boundedAnswer() } : {}),
      ...options,
    },
  );
  work.meter.answered(answered, generator.id);
  const { answer, citations, notFound, confidence } = answered;
  work.text.question = question.asked;
  work.text.answer = answer;
  const chunks =
    options.onToken === undefined ? truncateChunks(hits, checkAnswer({ answer, citations })) : [];
  return { answer, citations, notFound, confidence, chunks, usage: totalUsage(answered.usage, question) };
}
