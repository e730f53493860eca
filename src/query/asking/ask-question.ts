import type { Generator, Turn } from '../../models/generators/index.ts';
import { type Answer, type AnswerOptions, answerQuestion } from '../answering/index.ts';
import {
  answerOf,
  type ResolveOptions,
  resolveQuestion,
  searchOf,
  totalUsage,
  tracedWith,
} from '../conversation/index.ts';
import { cleanQuestion, type RetrievalRequest, type RetrievalResult } from '../retrieval/index.ts';

/** What {@link askQuestion} asks. */
export interface AskParts extends Pick<ResolveOptions, 'rewrite'> {
  readonly generator: Generator;
  readonly search: (request: Pick<RetrievalRequest, 'question' | 'keywords'>) => Promise<RetrievalResult>;
}

/**
 * Makes a question self-contained, searches for it and answers it from the hits. The usage includes a model's call that
 * rewrote the question, and the trace the question that was searched.
 */
export async function askQuestion(
  { generator, search, rewrite }: AskParts,
  { question, history }: { readonly question: string; readonly history?: readonly Turn[] | undefined },
  options: Partial<AnswerOptions>,
): Promise<{ readonly answer: Answer; readonly found: RetrievalResult }> {
  const asked = history === undefined ? question : cleanQuestion(question);
  const resolved = await resolveQuestion(asked, history, {
    rewrite,
    generator: async () => generator,
    signal: options.signal,
  });
  const found = await search(searchOf(resolved));
  const { hits, similarities } = found;
  const answer = await answerQuestion(generator, { ...answerOf(resolved), hits, similarities }, options);
  return {
    answer: { ...answer, usage: totalUsage(answer.usage, resolved) },
    found: { ...found, trace: tracedWith(found.trace, resolved) },
  };
}
