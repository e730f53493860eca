import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import type { Generator, RewriteRequest, Rewritten } from '../../../../src/models/generators/index.ts';
import { resolveQuestion, totalUsage } from '../../../../src/query/conversation/index.ts';

const QUESTION = 'Can it be raised?';
const HISTORY = [{ question: 'What is the timeout of a function?', answer: 'It is 900 seconds.' }];
const USAGE = { inputTokens: 50, outputTokens: 8, estimated: false };

const neverAnswers = (): never => {
  throw new Error('The generator was asked to answer.');
};

/** A generator that rewrites every question to `output`, or fails with it. */
function rewriter(output: string | Error, given: Partial<Rewritten> = {}) {
  const requests: RewriteRequest[] = [];
  const generator: Generator = {
    id: 'model',
    generate: neverAnswers,
    rewrite: async (request) => {
      requests.push(request);
      if (output instanceof Error) throw output;
      return { text: output, isComplete: true, usage: USAGE, ...given };
    },
  };
  return { generator, requests };
}

const resolve = (generator: Generator, history = HISTORY, signal?: AbortSignal) =>
  resolveQuestion(QUESTION, history, { rewrite: 'model', generator: async () => generator, signal });

describe('resolveQuestion', () => {
  it('does not open the generator if rules rewrite', async () => {
    const resolved = await resolveQuestion(QUESTION, HISTORY, { generator: neverAnswers });
    expect(resolved).toMatchObject({ asked: QUESTION, history: HISTORY });
    expect(resolved.searched).toMatch(/^Can it be raised\? \(.*timeout/);
    expect(resolved.call).toBeUndefined();
  });

  it('does not ask a model without history', async () => {
    const { generator, requests } = rewriter('Another question?');
    expect(await resolve(generator, [])).toMatchObject({ searched: QUESTION, history: undefined });
    expect(requests).toEqual([]);
  });

  it('searches for the question that the model wrote, and reports its tokens', async () => {
    const { generator, requests } = rewriter('Can the timeout of a function be raised?');
    const resolved = await resolve(generator);
    expect(resolved).toMatchObject({
      searched: 'Can the timeout of a function be raised?',
      keywords: 'Can the timeout of a function be raised?',
      asked: QUESTION,
      call: { model: 'model', usage: USAGE },
    });
    expect(requests).toMatchObject([{ question: QUESTION, history: HISTORY }]);
    expect(totalUsage({ inputTokens: 100, outputTokens: 20, estimated: true }, resolved)).toEqual({
      ...{ inputTokens: 150, outputTokens: 28, estimated: true },
    });
  });

  it.each([
    ['"Can the timeout be raised?"\n', 'Can the timeout be raised?'],
    ['Question: Can the timeout be raised?', 'Can the timeout be raised?'],
    ['질문: 제한 시간을 늘릴 수 있나요?', '제한 시간을 늘릴 수 있나요?'],
    ['Can the \u0007timeout be raised?', 'Can the timeout be raised?'],
  ])('removes quotes, labels and control characters around a question (%j)', async (output, expected) => {
    expect((await resolve(rewriter(output).generator)).searched).toBe(expected);
  });

  it.each([
    ['an empty text', ''],
    ['several lines', 'Here it is:\n\nCan the timeout be raised?'],
    ['a long text', 'Yes, it can. '.repeat(40)],
    ['no words', '???'],
  ])('uses the rules and counts the tokens if the model writes %s', async (_, output) => {
    const resolved = await resolve(rewriter(output).generator);
    expect(resolved.searched).toMatch(/^Can it be raised\? \(/);
    expect(resolved.call?.usage).toEqual(USAGE);
  });

  it('uses the rules if the output was truncated', async () => {
    const { generator } = rewriter('Can the timeout of', { isComplete: false });
    expect((await resolve(generator)).searched).toMatch(/^Can it be raised\? \(/);
  });

  it('estimates tokens that the service did not report', async () => {
    const { generator } = rewriter('Can the timeout be raised?', { usage: undefined });
    const { call } = await resolve(generator);
    expect(call?.usage).toMatchObject({ estimated: true });
    expect(call?.usage?.inputTokens).toBeGreaterThan(10);
  });

  it.each(['GENERATOR_FAILED', 'THROTTLED', 'CANCELLED'] as const)(
    'uses the rules if the call fails with %s',
    async (code) => {
      const resolved = await resolve(rewriter(new SragError(code, 'Failed.')).generator);
      expect(resolved.searched).toMatch(/^Can it be raised\? \(/);
      expect(resolved.call?.usage).toBeUndefined();
    },
  );

  it('passes a cancellation by the caller on', async () => {
    const cancelled = new SragError('CANCELLED', 'Cancelled.');
    const run = resolve(rewriter(cancelled).generator, HISTORY, AbortSignal.abort());
    await expect(run).rejects.toBe(cancelled);
  });

  it('refuses a generator that is not a model', async () => {
    await expect(resolve({ id: 'extractive', generate: neverAnswers })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      fields: { field: 'answer.rewrite', generator: 'extractive' },
    });
  });
});
