import { describe, expect, it } from 'vitest';
import {
  documentNames,
  missingDocumentsNote,
  type Question,
  suitabilityOf,
  suitabilityText,
} from '../../../../src/measure/index.ts';

const question = (id: string, more: Partial<Question> = {}): Question => ({
  id,
  text: 'How long may a function run?',
  relevant: undefined,
  answers: [],
  answerable: undefined,
  kind: undefined,
  ...more,
});
const suitability = (questions: readonly Question[], passages: readonly string[] = []) => {
  const names = documentNames(['content/limits.md', 'ko/제한.md']);
  return suitabilityOf(
    questions,
    (name) => names.has(name),
    () => passages,
  );
};

describe('suitabilityOf', () => {
  it('counts a judged question as answerable if a relevant document is in the corpus', () => {
    const found = suitability([
      question('id', { relevant: new Map([['content/limits.md', 1]]) }),
      question('end', { relevant: new Map([['limits.md', 1]]) }),
      question('grade', { relevant: new Map([['limits.md', 0]]) }),
      question('elsewhere', { relevant: new Map([['scifact-17', 1]]) }),
      question('marked', { answerable: false, relevant: new Map([['limits.md', 1]]) }),
      question('said', { answerable: true }),
    ]);
    expect(found).toMatchObject({ questions: 6, answerable: 3, share: 0.5, byJudgement: 6 });
    expect(found.unanswerable).toEqual(['grade', 'elsewhere', 'marked']);
    expect(found.warning).toContain('only 3 of 6 questions');
  });

  it.each([
    ['English', 'How long may a function run?', 'A function may run for 15 minutes.', 1],
    ['another subject', 'How long may a function run?', 'Proteins bind to receptors.', 0],
    ['Korean', '함수의 제한 시간은 얼마인가요?', '함수의 제한 시간은 15분이다.', 1],
    ['another language', '함수의 제한 시간은 얼마인가요?', 'A function may run for 15 minutes.', 0],
    ['a question without terms', 'What is it?', 'It is what it is.', 0],
  ])(
    'decides by terms that question and passage share if there are no judgements: %s',
    (_, text, passage, answerable) => {
      expect(suitability([question('a', { text })], ['Other words.', passage])).toMatchObject({
        answerable,
        byJudgement: 0,
      });
    },
  );

  it('counts a question without passages as not answerable, and warns if fewer than 80 % are answerable', () => {
    expect(suitability([question('a')]).answerable).toBe(0);
    const judged = (count: number, known: number) =>
      Array.from({ length: count }, (_, index) => question(`q${index}`, { answerable: index < known }));
    expect(suitability(judged(5, 4)).warning).toBeUndefined();
    expect(suitability(judged(10, 7)).warning).toContain('only 7 of 10');
  });
});

describe('suitabilityText', () => {
  it('states how many questions were decided by judgements and how many by shared terms', () => {
    const marked = [question('a', { answerable: true }), question('b', { answerable: false })];
    expect(suitabilityText(suitability(marked))).toBe('1 of 2 (50 %; all decided by judgements)');
    expect(suitabilityText(suitability([...marked, question('c')]))).toBe(
      '1 of 3 (33 %; 2 decided by judgements, 1 by shared terms)',
    );
  });
});

describe('missingDocumentsNote', () => {
  const note = (...relevant: readonly (readonly [string, number])[]) =>
    missingDocumentsNote(
      [question('a', { relevant: new Map(relevant) }), question('b')],
      (name) => name === 'a.md',
    );

  it('names a relevant document that is not in the collection', () => {
    expect(note(['a.md', 1], ['b.md', 1])).toBe(
      "1 relevant document is not in the collection, for example 'b.md'.",
    );
    expect(note(['b.md', 1], ['c.md', 2])).toBe(
      "2 relevant documents are not in the collection, for example 'b.md'.",
    );
  });

  it('is absent if all relevant documents are in the collection', () => {
    expect(note(['a.md', 1], ['b.md', 0])).toBeUndefined();
  });
});
