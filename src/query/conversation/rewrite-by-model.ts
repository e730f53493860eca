import { anySignal, endingAt, hasCode, normaliseText, withoutUnprintable } from '../../core/index.ts';
import { estimateTokens } from '../../documents/chunking/index.ts';
import type { Generator, TokenUsage, Turn } from '../../models/generators/index.ts';

/** Maximum output tokens. Enough for a question after brief reasoning. */
const MAX_OUTPUT_TOKENS = 300;
/** Time after which the rules are used instead. The search waits for the rewritten question. */
const TIMEOUT_MS = 3_000;
/** Maximum length of a rewritten question beyond that of the question. */
const MAX_ADDED_LENGTH = 300;
const LABEL = /^(?:(?:rewritten |standalone )?question|질문)\s*:\s*/iu;
const QUOTED = /^["'“‘「`](.+)["'”’」`]$/su;

/** A generator that can rewrite. */
export type Rewriter = Generator & Required<Pick<Generator, 'rewrite'>>;

/** A question that a model rewrote, or undefined if its output was unusable; and what the call used. */
export interface ModelRewriting {
  readonly text: string | undefined;
  readonly usage: TokenUsage | undefined;
}

/**
 * Asks a model for a self-contained question. Failures of the model and unusable output are not errors, because the
 * rules are always available.
 * @throws CANCELLED
 */
export async function rewriteByModel(
  generator: Rewriter,
  question: string,
  history: readonly Turn[],
  signal?: AbortSignal,
): Promise<ModelRewriting> {
  const timeout = endingAt(AbortSignal.timeout(TIMEOUT_MS), performance.now() + TIMEOUT_MS);
  try {
    const { text, isComplete, usage } = await generator.rewrite({
      question,
      history,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      signal: signal === undefined ? timeout : anySignal([signal, timeout]),
    });
    return {
      text: isComplete ? usable(text, question) : undefined,
      usage: usage ?? estimated(question, history, text),
    };
  } catch (error) {
    if (signal?.aborted === true || hasCode(error, 'INVALID_ARGUMENT')) throw error;
    return { text: undefined, usage: undefined };
  }
}

/** The question in a model's output; undefined if the output is not one line of about the question's length. */
function usable(output: string, question: string): string | undefined {
  const line = withoutUnprintable(output).trim().replace(LABEL, '').trim();
  const text = QUOTED.exec(line)?.[1]?.trim() ?? line;
  const isUsable =
    !text.includes('\n') &&
    normaliseText(text, 'NFKC').length <= question.length + MAX_ADDED_LENGTH &&
    /[\p{L}\p{N}]/u.test(text);
  return isUsable ? text : undefined;
}

const estimated = (question: string, history: readonly Turn[], output: string): TokenUsage => ({
  inputTokens: [question, ...history.flatMap((turn) => [turn.question, turn.answer])].reduce(
    (sum, text) => sum + estimateTokens(text),
    0,
  ),
  outputTokens: estimateTokens(output),
  estimated: true,
});
