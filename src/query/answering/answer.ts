import { SragError, withoutUndefined } from '../../core/index.ts';
import { estimateTokens } from '../../documents/chunking/index.ts';
import { type Generator, NOT_FOUND_ANSWER } from '../../models/generators/index.ts';
import { CitationChecker, type Quotation } from './citations.ts';
import { emptyAnswer } from './empty-answer.ts';
import { passagesOf, type SourcedPassage } from './passages.ts';
import { type Answer, type AnswerOptions, type AnswerRequest, DEFAULT_ANSWER_OPTIONS } from './port.ts';

/**
 * Answers a question from hits: selects passages within the budget, generates, checks citations.
 * @throws GENERATOR_FAILED if the generator writes no answer, and any error of the generator
 */
export async function answerQuestion(
  generator: Generator,
  { question, asked, history, hits, similarities }: AnswerRequest,
  given: Partial<AnswerOptions> = {},
): Promise<Answer> {
  const options = { ...DEFAULT_ANSWER_OPTIONS, ...withoutUndefined(given) };
  const startedMs = performance.now();
  const passages = await passagesOf(question, hits, options);
  if (passages.length === 0) return await notFoundWithoutAsking(options, startedMs);

  const shown = new ShownAnswer(passages, options);
  const texts = passages.map(({ passage }) => passage);
  const { maxOutputTokens, language, systemPrompt, instructions, signal } = options;
  let firstTokenMs: number | undefined;
  for await (const event of generator.generate({
    question,
    asked,
    history,
    passages: texts,
    similarities,
    maxOutputTokens,
    language,
    systemPrompt,
    instructions,
    signal,
  })) {
    if (event.kind === 'token') {
      firstTokenMs ??= performance.now() - startedMs;
      await shown.push(event.text);
      continue;
    }
    if (event.kind === 'quotation') {
      firstTokenMs ??= performance.now() - startedMs;
      await shown.quote(event);
      continue;
    }
    if (event.kind === 'discard') {
      shown.discard();
      continue;
    }
    const { answer, citations, dropped, verified, generated } = await shown.end();
    if (answer.trim() === '') throw emptyAnswer(generator.id, event.stopReason, maxOutputTokens);
    return {
      // Citations are meaningless in a not-found answer.
      answer: event.notFound ? answer.replace(/ ?\[\d+\]/g, '') : answer,
      citations: event.notFound ? [] : citations,
      droppedCitations: event.notFound ? 0 : dropped,
      notFound: event.notFound,
      confidence: event.confidence ?? (event.notFound ? 0 : verified),
      stopReason: event.stopReason,
      usage: event.usage ?? estimatedUsage([asked ?? question, ...textsOf(history)], texts, generated),
      generateMs: performance.now() - startedMs,
      firstTokenMs,
    };
  }
  throw new SragError('GENERATOR_FAILED', `Generator '${generator.id}' ended without a final event.`);
}

/** The answer so far, as it was generated and as it is shown: with checked citations only. */
class ShownAnswer {
  readonly #passages: readonly SourcedPassage[];
  readonly #options: Pick<AnswerOptions, 'onToken' | 'onChecked'>;
  #checker: CitationChecker;
  #generated = '';
  #checked = '';

  constructor(passages: readonly SourcedPassage[], options: Pick<AnswerOptions, 'onToken' | 'onChecked'>) {
    this.#passages = passages;
    this.#options = options;
    this.#checker = new CitationChecker(passages);
  }

  async push(token: string): Promise<void> {
    this.#generated += token;
    await this.#options.onToken?.(token);
    await this.#show(await this.#checker.push(token));
  }

  async quote(quotation: Quotation): Promise<void> {
    const checked = await this.#checker.quote(quotation);
    this.#generated += checked;
    await this.#options.onToken?.(checked);
    await this.#show(checked);
  }

  /** Discards the answer so far, because the generator withdrew it. */
  discard(): void {
    this.#checker = new CitationChecker(this.#passages);
    this.#generated = '';
    this.#checked = '';
  }

  async end() {
    await this.#show(await this.#checker.end());
    const { citations, dropped, verified } = this.#checker;
    return { answer: this.#checked, citations, dropped, verified, generated: this.#generated };
  }

  async #show(piece: string): Promise<void> {
    this.#checked += piece;
    if (piece !== '') await this.#options.onChecked?.(piece);
  }
}

const textsOf = (history: AnswerRequest['history'] = []): string[] =>
  history.flatMap((turn) => [turn.question, turn.answer]);

const estimatedUsage = (
  conversation: readonly string[],
  passages: readonly { readonly text: string }[],
  answer: string,
) => ({
  inputTokens: [...conversation, ...passages.map(({ text }) => text)].reduce(
    (sum, text) => sum + estimateTokens(text),
    0,
  ),
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
    confidence: 0,
    stopReason: 'complete',
    usage: { inputTokens: 0, outputTokens: 0, estimated: true },
    generateMs: performance.now() - startedMs,
  };
}
