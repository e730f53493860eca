import { SragError } from '../../core/index.ts';
import type { Generator, TokenUsage, Turn } from '../../models/generators/index.ts';
import type { RetrievalTrace } from '../retrieval/index.ts';
import { usedHistory } from './history.ts';
import { mayBeRewritten, rewriteByRules, type SelfContainedQuestion, unchanged } from './rewrite.ts';
import { type Rewriter, rewriteByModel } from './rewrite-by-model.ts';

/** A question as it is searched and answered. */
export interface ResolvedQuestion extends SelfContainedQuestion {
  /** The question as it was asked. */
  readonly asked: string;
  /** The used part of the history; undefined if there is none. */
  readonly history: readonly Turn[] | undefined;
  /** The call of the model that was to rewrite it; absent if none was called. */
  readonly call?: RewriteCall | undefined;
}

/** A call of a model to rewrite a question. */
export interface RewriteCall {
  /** Id of the generator. */
  readonly model: string;
  readonly elapsedMs: number;
  /** Absent if the call failed. */
  readonly usage: TokenUsage | undefined;
}

/** How follow-up questions are made self-contained. */
export interface ResolveOptions {
  readonly rewrite?: 'rules' | 'model' | undefined;
  /** Called only if a model rewrites. */
  readonly generator: () => Promise<Generator>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a question self-contained. A question without history is unchanged.
 * @param question Must be valid, since a blank one could not be told from a short one afterwards.
 * @throws INVALID_ARGUMENT for a history that is too long, INVALID_CONFIG if a model shall rewrite and the generator is
 * none, CANCELLED
 */
export async function resolveQuestion(
  question: string,
  history: readonly Turn[] | undefined,
  { rewrite = 'rules', generator: open, signal }: ResolveOptions,
): Promise<ResolvedQuestion> {
  const used = usedHistory(history);
  if (used.length === 0) return { ...unchanged(question), asked: question, history: undefined };
  const byRules = (): ResolvedQuestion => resolvedByRules(question, used);
  if (rewrite === 'rules' || !mayBeRewritten(question)) return byRules();
  const startedMs = performance.now();
  const rewriter = modelOf(await open());
  const { text, usage } = await rewriteByModel(rewriter, question, used, signal);
  const call = { model: rewriter.id, elapsedMs: performance.now() - startedMs, usage };
  if (text === undefined) return { ...byRules(), call };
  return { ...unchanged(text), asked: question, history: used, call };
}

/** A question that is made self-contained by rules, with a history that {@link usedHistory} returned. */
export const resolvedByRules = (question: string, history: readonly Turn[]): ResolvedQuestion => ({
  ...rewriteByRules(question, history),
  asked: question,
  history,
});

/** The texts to search for. */
export const searchOf = ({ searched, keywords }: ResolvedQuestion) => ({
  question: searched,
  keywords: keywords === searched ? undefined : keywords,
});

/** The question to answer, and the conversation that it is from. */
export const answerOf = ({ answered, asked, history }: ResolvedQuestion) =>
  history === undefined ? { question: answered } : { question: answered, asked, history };

/** A trace of a search, with the question that was searched and the time of the model that rewrote it. */
export function tracedWith(
  trace: RetrievalTrace,
  { asked, searched, call }: ResolvedQuestion,
): RetrievalTrace {
  if (searched === asked) return trace;
  const rewriteMs = call?.elapsedMs;
  return {
    ...trace,
    searchedQuestion: searched,
    stages: rewriteMs === undefined ? trace.stages : { rewriteMs, ...trace.stages },
    totalMs: trace.totalMs + (rewriteMs ?? 0),
  };
}

/** The tokens of an answer and of rewriting its question. */
export const totalUsage = (answer: TokenUsage, { call }: ResolvedQuestion): TokenUsage =>
  call?.usage === undefined
    ? answer
    : {
        inputTokens: call.usage.inputTokens + answer.inputTokens,
        outputTokens: call.usage.outputTokens + answer.outputTokens,
        estimated: call.usage.estimated || answer.estimated,
      };

function modelOf(generator: Generator): Rewriter {
  if (generator.rewrite !== undefined) return generator as Rewriter;
  throw new SragError(
    'INVALID_CONFIG',
    `answer.rewrite is 'model', but generator '${generator.id}' is not a model.`,
    {
      remedy: "Use answer.rewrite 'rules', or a generator that is a model.",
      fields: { field: 'answer.rewrite', generator: generator.id },
    },
  );
}
