import { SragError, withoutUndefined } from '../../core/index.ts';
import { estimateTokens } from '../../documents/chunking/index.ts';
import { type Generator, NOT_FOUND_ANSWER } from '../../models/generators/index.ts';
import { CitationChecker } from './citations.ts';
import { emptyAnswer } from './empty-answer.ts';
import { passagesOf } from './passages.ts';
import { type Answer, type AnswerOptions, type AnswerRequest, DEFAULT_ANSWER_OPTIONS } from './port.ts';

/**
 * Answers a question from hits: selects passages within the budget, generates, checks citations.
 * @throws GENERATOR_FAILED if the generator writes no answer; its other errors
 */
export async function answerQuestion(
  generator: Generator,
  { question, hits }: AnswerRequest,
  given: Partial<AnswerOptions> = {},
): Promise<Answer> {
  const options = { ...DEFAULT_ANSWER_OPTIONS, ...withoutUndefined(given) };
  const startedMs = performance.now();
  const passages = await passagesOf(question, hits, options);
  if (passages.length === 0) return await notFoundWithoutAsking(options, startedMs);

  let checker = new CitationChecker(passages);
  let text = '';
  let checked = '';
  const show = async (piece: string): Promise<void> => {
    checked += piece;
    if (piece !== '') await options.onChecked?.(piece);
  };
  let firstTokenMs: number | undefined;
  const events = generator.generate({
    question,
    passages: passages.map(({ passage }) => passage),
    maxOutputTokens: options.maxOutputTokens,
    instructions: options.instructions,
    signal: options.signal,
  });
  for await (const event of events) {
    if (event.kind === 'token') {
      firstTokenMs ??= performance.now() - startedMs;
      text += event.text;
      await options.onToken?.(event.text);
      await show(await checker.push(event.text));
      continue;
    }
    if (event.kind === 'discard') {
      checker = new CitationChecker(passages);
      text = '';
      checked = '';
      continue;
    }
    await show(await checker.end());
    if (checked.trim() === '') throw emptyAnswer(generator.id, event.stopReason, options.maxOutputTokens);
    return {
      answer: checked,
      // Citations are meaningless in a not-found answer.
      citations: event.notFound ? [] : checker.citations,
      droppedCitations: event.notFound ? 0 : checker.dropped,
      notFound: event.notFound,
      stopReason: event.stopReason,
      usage:
        event.usage ??
        estimatedUsage(
          question,
          passages.map(({ passage }) => passage.text),
          text,
        ),
      generateMs: performance.now() - startedMs,
      firstTokenMs,
    };
  }
  throw new SragError('GENERATOR_FAILED', `Generator '${generator.id}' ended without a final event.`);
}

const estimatedUsage = (question: string, texts: readonly string[], answer: string) => ({
  inputTokens: estimateTokens(question) + texts.reduce((sum, text) => sum + estimateTokens(text), 0),
  outputTokens: estimateTokens(answer),
  estimated: true,
});

/** Returns the not-found answer without calling the generator, since there are no passages. */
async function notFoundWithoutAsking(
  { onToken, onChecked }: AnswerOptions,
  startedMs: number,
): Promise<Answer> {
  await onToken?.(NOT_FOUND_ANSWER);
  await onChecked?.(NOT_FOUND_ANSWER);
  return {
    answer: NOT_FOUND_ANSWER,
    citations: [],
    droppedCitations: 0,
    notFound: true,
    stopReason: 'complete',
    usage: { inputTokens: 0, outputTokens: 0, estimated: true },
    generateMs: performance.now() - startedMs,
  };
}
