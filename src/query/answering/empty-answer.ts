import { SragError } from '../../core/index.ts';
import type { Answer } from './port.ts';

/** Cause and remedy by the generator's stop reason. */
const CAUSES: Readonly<
  Record<Answer['stopReason'], (maxOutputTokens: number) => readonly [cause: string, remedy: string]>
> = {
  length: (limit) => [
    `used its limit of ${limit} output tokens before it wrote an answer`,
    `Raise answer.maxOutputTokens (now ${limit}): reasoning also uses output tokens.`,
  ],
  filtered: () => [
    'wrote no answer: its content filter blocked it',
    "Rephrase the question, or check the filter of the model's service.",
  ],
  complete: () => ['wrote no answer', 'Ask again, or use another model.'],
};

/** The error for an answer without content, which must not be shown as an answer. */
export function emptyAnswer(
  generator: string,
  stopReason: Answer['stopReason'],
  maxOutputTokens: number,
): SragError {
  const [cause, remedy] = CAUSES[stopReason](maxOutputTokens);
  return new SragError('GENERATOR_FAILED', `Generator '${generator}' ${cause}.`, {
    remedy,
    fields: { stopReason, maxOutputTokens, retryable: false },
  });
}
