import { describe, expect, it } from 'vitest';
import { answerQuestion } from '../../../src/answering/index.ts';
import type { Hit } from '../../../src/core/index.ts';
import type { Generator } from '../../../src/generators/index.ts';

const hit: Hit = {
  ...{ id: 'c1', documentId: 'd1', ordinal: 0, title: 'Hotel', headingPath: [], start: 0, end: 35 },
  ...{ text: 'The hotel breakfast costs 15 euros.', metadata: {}, score: 1, scores: {} },
};

/** A generator that says these tokens. */
const saying = (...tokens: readonly string[]): Generator => ({
  id: 'fixed',
  async *generate() {
    for (const text of tokens) yield { kind: 'token', text };
    yield { kind: 'end', stopReason: 'complete', notFound: false };
  },
});

describe('an answer as it is made', () => {
  it('is given as tokens, and as text in which only checked marks stand', async () => {
    const tokens: string[] = [];
    const checked: string[] = [];
    const parts = ['Breakfast costs 15 euros [', '1] [7', ']. It costs 140 euros [1', '].'];
    const answered = await answerQuestion(
      saying(...parts),
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

  it('leaves out what the generator takes back, with its citations', async () => {
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
});
