import { describe, expect, it } from 'vitest';
import type { Hit } from '../../../../src/core/index.ts';
import type { Generator } from '../../../../src/models/generators/index.ts';
import { type Answer, answerQuestion } from '../../../../src/query/answering/index.ts';

const hit: Hit = {
  ...{ id: 'c1', documentId: 'd1', ordinal: 0, title: 'Hotel', headingPath: [], start: 0, end: 35 },
  ...{ text: 'The hotel breakfast costs 15 euros.', metadata: {}, score: 1, scores: {} },
};

/** Returns a generator that emits the given tokens and ends with the given stop reason. */
const saying = (stopReason: Answer['stopReason'], ...tokens: readonly string[]): Generator => ({
  id: 'fixed',
  async *generate() {
    for (const text of tokens) yield { kind: 'token', text };
    yield { kind: 'end', stopReason, notFound: false };
  },
});

describe('answerQuestion', () => {
  it('streams the raw tokens and, separately, the text with only the citation marks that the check keeps', async () => {
    const tokens: string[] = [];
    const checked: string[] = [];
    const parts = ['Breakfast costs 15 euros [', '1] [7', ']. It costs 140 euros [1', '].'];
    const answered = await answerQuestion(
      saying('complete', ...parts),
      { question: 'What does breakfast cost?', hits: [hit] },
      { onToken: (text) => void tokens.push(text), onChecked: (text) => void checked.push(text) },
    );
    expect(tokens).toEqual(parts);
    expect(answered.answer).toBe('Breakfast costs 15 euros [1]. It costs 140 euros.');
    expect(checked.join('')).toBe(answered.answer);
    expect(checked.length).toBeGreaterThan(1);
    expect(answered.droppedCitations).toBe(2);
    expect(answered.citations.map(({ quote }) => quote)).toEqual([hit.text]);
  });

  it('omits text that the generator discards, including its citations', async () => {
    const aloud: Generator = {
      id: 'aloud',
      async *generate() {
        yield { kind: 'token', text: 'It costs 140 euros [1]. Breakfast costs 15 euros [1].' };
        yield { kind: 'discard' };
        yield { kind: 'token', text: 'Breakfast is 15 euros [1].' };
        yield { kind: 'end', stopReason: 'complete', notFound: false };
      },
    };
    const answered = await answerQuestion(aloud, { question: 'What does breakfast cost?', hits: [hit] });
    expect(answered).toMatchObject({ answer: 'Breakfast is 15 euros [1].', droppedCitations: 0 });
    expect(answered.citations).toHaveLength(1);
  });

  it("keeps a generator's own words of a not-found answer, without citations", async () => {
    const text = 'The passages only say that breakfast costs 15 euros [1].';
    const refusing: Generator = {
      id: 'refusing',
      async *generate() {
        yield { kind: 'token', text };
        yield { kind: 'end', stopReason: 'complete', notFound: true };
      },
    };
    const asked = { question: 'What does breakfast cost?', hits: [hit] };
    expect((await answerQuestion(saying('complete', text), asked)).answer).toBe(text);
    expect(await answerQuestion(refusing, asked)).toMatchObject({
      answer: 'The passages only say that breakfast costs 15 euros.',
      notFound: true,
      citations: [],
      droppedCitations: 0,
      confidence: 0,
    });
  });

  it.each([
    ['length', [], /limit of 40 output tokens/, /answer\.maxOutputTokens/],
    ['length', [' ', '\n\n'], /limit of 40 output tokens/, /answer\.maxOutputTokens/],
    ['length', ['[9] '], /limit of 40 output tokens/, /answer\.maxOutputTokens/],
    ['filtered', [''], /content filter/, /Rephrase the question/],
    ['complete', ['\n'], /wrote no answer/, /another model/],
  ] as const)('rejects an answer without content (%s, %j)', async (stopReason, tokens, message, remedy) => {
    const shown: string[] = [];
    const run = answerQuestion(
      saying(stopReason, ...tokens),
      { question: 'What does breakfast cost?', hits: [hit] },
      { maxOutputTokens: 40, onChecked: (text) => void shown.push(text) },
    );
    await expect(run).rejects.toMatchObject({
      ...{ code: 'GENERATOR_FAILED', message: expect.stringMatching(message) },
      ...{ remedy: expect.stringMatching(remedy), fields: { stopReason, maxOutputTokens: 40 } },
    });
    expect(shown).toEqual([]);
  });

  it('keeps an answer that the token limit truncated', async () => {
    const cut = saying('length', 'Breakfast costs 15 euros [1]. It');
    const answered = await answerQuestion(cut, { question: 'What does breakfast cost?', hits: [hit] });
    expect(answered).toMatchObject({ answer: 'Breakfast costs 15 euros [1]. It', stopReason: 'length' });
  });
});
