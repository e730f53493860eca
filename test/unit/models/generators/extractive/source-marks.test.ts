import { describe, expect, it } from 'vitest';
import type { Hit } from '../../../../../src/core/index.ts';
import { create } from '../../../../../src/models/generators/extractive/index.ts';
import { withoutSourceMarks } from '../../../../../src/models/generators/extractive/source-marks.ts';
import { answerQuestion } from '../../../../../src/query/answering/index.ts';

describe('numbers in brackets in a source', () => {
  it.each([
    ['The warranty lasted two years[1].', 'The warranty lasted two years.'],
    ['The warranty lasted two years [3].', 'The warranty lasted two years.'],
    ['The warranty lasted two years.[12, 15]', 'The warranty lasted two years.'],
    ['It is old[1][2][3], and red.', 'It is old, and red.'],
    ['It was made in 1956[7] by hand.', 'It was made in 1956 by hand.'],
    ['[4] It was closed in 2003.', 'It was closed in 2003.'],
    ['보증 기간은 2년이다[3].', '보증 기간은 2년이다.'],
    ['It is old\u30103\u3011 and red\uff3b4\uff3d.', 'It is old and red.'],
  ])('are removed if they refer to notes: %j', (text, quoted) => {
    expect(withoutSourceMarks(text)).toBe(quoted);
  });

  it.each([
    ['As shown in [3], the pump is red.', 'As shown in (3), the pump is red.'],
    ['The pump is red (see [12]).', 'The pump is red (see (12)).'],
    ['[3] shows that the pump is red.', '(3) shows that the pump is red.'],
    ['It is old [2-4] and red [5;6].', 'It is old (2-4) and red (5;6).'],
    ['The accepted pH range is [6-8].', 'The accepted pH range is (6-8).'],
    ['Values lie in the interval [1, 5].', 'Values lie in the interval (1, 5).'],
    ['Choose a number between [1-10] for each.', 'Choose a number between (1-10) for each.'],
    ['펌프는 [3]에서 설명한다.', '펌프는 (3)에서 설명한다.'],
  ])('are put in round brackets if they are part of the sentence: %j', (text, quoted) => {
    expect(withoutSourceMarks(text)).toBe(quoted);
  });

  it.each(['Use `items[1]` first.', 'A list [a, b], [0], [1.5] or [2024-13-45x].', 'No brackets.'])(
    'remain unchanged in code, as do brackets with other content: %j',
    (text) => {
      expect(withoutSourceMarks(text)).toBe(text);
    },
  );

  it.each([
    'Then my_list[1] is read.',
    'Set args[1].name first.',
    'See [3](https://example.org).',
    'x[1] = 5',
  ])('cause withoutSourceMarks to return undefined if they may be array indexes or links: %j', (text) => {
    expect(withoutSourceMarks(text)).toBeUndefined();
  });

  it.each([
    ['The warranty of the reactor lasted two years[2].', 'The warranty of the reactor lasted two years. [1]'],
    [
      'The warranty of the reactor lasted two years.[1, 2]',
      'The warranty of the reactor lasted two years. [1]',
    ],
    [
      'The warranty\n of the reactor [12] lasted [1]\n two years.',
      'The warranty of the reactor lasted two years. [1]',
    ],
    [
      'The warranty of the reactor lasted, as in [7], two years.',
      'The warranty of the reactor lasted, as in (7), two years. [1]',
    ],
  ])('do not become citations in an answer: %j', async (sentence, answer) => {
    const text = `${sentence} Keys hang at the desk.[3]`;
    const hit: Hit = {
      ...{ id: 'c1', documentId: 'd1', ordinal: 0, title: '', headingPath: [], start: 0, end: text.length },
      ...{ text, metadata: {}, score: 1, scores: {} },
    };
    const question = 'How long did the warranty of the reactor last?';
    const answered = await answerQuestion(create(), { question, hits: [hit] });
    expect(answered).toMatchObject({ answer, droppedCitations: 0 });
    expect(answered.citations.map(({ marker }) => marker)).toEqual([1]);
    const [{ start, end, quote }] = answered.citations as [(typeof answered.citations)[0]];
    expect(quote).toBe(text.slice(start, end));
    expect(sentence).toContain(quote);
    expect(quote).toMatch(/^The warranty.*two years/s);
  });
});
