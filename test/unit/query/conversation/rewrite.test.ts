import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteByRules } from '../../../../src/query/conversation/index.ts';
import { cleanQuestion } from '../../../../src/query/retrieval/index.ts';

const LAMBDA = {
  question: 'What is the maximum timeout of a Lambda function?',
  answer: 'A Lambda function may run for at most 900 seconds. The timeout of a new function is 3 seconds.',
};
const FASTAPI = {
  question: 'FastAPI에서 경로 매개변수는 어떻게 선언하나요?',
  answer: '경로 매개변수는 중괄호로 선언합니다. 경로 매개변수의 타입은 함수의 인자로 선언합니다.',
};

/** The words that a rewritten question has in addition to the question. */
const added = (question: string, history: readonly { question: string; answer: string }[]): string[] => {
  const { searched } = rewriteByRules(question, history);
  return (/ \(([^()]*)\)$/.exec(searched)?.[1] ?? '').split(', ');
};

describe('rewriteByRules', () => {
  it('leaves the first question of a conversation as it is', () => {
    expect(rewriteByRules('What is Lambda?', [])).toEqual({
      ...{ searched: 'What is Lambda?', keywords: 'What is Lambda?', answered: 'What is Lambda?' },
    });
  });

  it.each(['Can it be raised?', 'Why?', 'And in Python?', 'How about memory?'])(
    'adds the topic of the last turn to %j',
    (question) => {
      expect(added(question, [LAMBDA])).toEqual(expect.arrayContaining(['function', 'Lambda', 'timeout']));
    },
  );

  it.each(['그건 늘릴 수 있나요?', '왜요?', '그럼 쿼리 매개변수는?', '그 함수는 비동기인가요?'])(
    'adds the topic of the last turn to %j, without particles',
    (question) => {
      const words = added(question, [FASTAPI]);
      expect(words).toContain('경로');
      expect(words).toContain('FastAPI');
      expect(words).not.toContain('매개변수는');
      expect(words).not.toContain('어떻게');
    },
  );

  it('weighs the words of the question three times as much as those of earlier turns', () => {
    const { keywords } = rewriteByRules('Can it be raised?', [LAMBDA]);
    expect(keywords.split('Can it be raised?')).toHaveLength(4);
    expect(keywords.match(/Lambda/g)).toHaveLength(1);
  });

  it('weighs recent turns more than earlier ones', () => {
    const older = { question: 'How are buckets encrypted?', answer: 'Buckets are encrypted with KMS keys.' };
    expect(added('Can it be raised?', [older, LAMBDA])[0]).toBe('function');
    expect(added('Can it be raised?', [LAMBDA, older])[0]).toBe('buckets');
  });

  it('takes names that only the answer mentions', () => {
    const turn = {
      question: 'Who wrote the song?',
      answer: 'Bruno Mars wrote it. Bruno Mars also sings it.',
    };
    expect(added('When was he born?', [turn])).toEqual(expect.arrayContaining(['Bruno', 'Mars']));
  });

  it('ignores the words of refusals', () => {
    const refused = {
      question: 'Which regions have it?',
      answer: 'I do not have information on availability.',
    };
    expect(added('Why?', [LAMBDA, refused])).not.toContain('availability');
  });

  it.each([
    ['Which French kings lived in Versailles?', LAMBDA],
    ['의존성 주입 클래스 캐시 설정은 어디에 있나요?', { ...FASTAPI, question: '경로 매개변수 선언' }],
  ])('leaves %j, which is about another topic, as it is', (question, turn) => {
    expect(rewriteByRules(question, [turn])).toMatchObject({ searched: question, keywords: question });
  });

  it('adds to the question to answer only what it lacks', () => {
    expect(rewriteByRules('Why?', [LAMBDA]).answered).toMatch(/^Why\? \(\S+, \S+, \S+\)$/);
    expect(rewriteByRules('Can it be raised later?', [LAMBDA]).answered).toMatch(
      /^Can it be raised later\? \([^\s,]+\)$/,
    );
    expect(rewriteByRules('Which memory sizes can a function have?', [LAMBDA]).answered).toBe(
      'Which memory sizes can a function have?',
    );
  });

  it('does not add a word that the question has in another form', () => {
    expect(added('Do functions share it?', [LAMBDA])).not.toContain('function');
  });

  it('keeps every valid question, within the limit of questions', () => {
    // U+FDFA is one character that NFKC expands to 18.
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        LAMBDA.answer,
        FASTAPI.answer,
        '\ufdfa'.repeat(80),
        '\ufdfa '.repeat(400),
        'x'.repeat(1_500),
      ),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.record({ question: text, answer: text }), { maxLength: 4 }),
        (given, history) => {
          fc.pre(given.trim() !== '');
          const question = cleanQuestion(given);
          const { searched, keywords, answered } = rewriteByRules(question, history);
          for (const form of [searched, keywords, answered]) cleanQuestion(form);
          expect(searched.startsWith(question)).toBe(true);
          expect(answered.startsWith(question)).toBe(true);
          expect(keywords).toContain(question);
        },
      ),
    );
  });

  it('leaves questions with many words as they are', () => {
    const long = Array.from({ length: 70 }, (_, index) => `subject${index}`).join(' ');
    expect(rewriteByRules(long, [LAMBDA]).searched).toBe(long);
  });
});
