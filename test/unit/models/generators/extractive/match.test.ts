import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseText, creditOf, nearnessIn } from '../../../../../src/models/generators/extractive/match.ts';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question/question.ts';

/** Credits of a question's words in a text, by word. */
const credits = (question: string, text: string) =>
  Object.fromEntries(
    parseQuestion(question).words.map((word) => [word.text, creditOf(word, analyseText(text))]),
  );

describe('creditOf', () => {
  it('gives 1 for a word in any inflection, less for synonyms and related words, and 0 for others', () => {
    expect(
      credits(
        'largest invention delivered pumps',
        'The maximum that the inventor delivers to a pumping station',
      ),
    ).toEqual({ largest: 0.7, invention: 0.6, delivered: 1, pumps: 1 });
    expect(credits('pump', 'The harbour')).toEqual({ pump: 0 });
    expect(credits('cat', 'The category')).toEqual({ cat: 0 });
    expect(credits('interview', 'The international office')).toEqual({ interview: 0 });
  });

  it('does not take names for words that begin alike', () => {
    expect(credits('routes in NestJS', 'nested route')).toEqual({ routes: 1, NestJS: 0 });
    expect(credits('NestJS 경로', 'nested 경로')).toEqual({ NestJS: 0, 경로: 1 });
  });

  it('compares Korean words without particles and endings', () => {
    expect(credits('매개변수를 선언하려면', '쿼리 매개변수의 선언')).toEqual({
      매개변수를: 1,
      선언하려면: 1,
    });
    expect(credits('등대는', '항구에 배가 있다.')).toEqual({ 등대는: 0 });
  });

  it('finds Korean words with spaces inside and parts of compounds', () => {
    expect(credits('매개변수', '매 개 변 수 이름')).toEqual({ 매개변수: 1 });
    expect(credits('함수', '함 수')).toEqual({ 함수: 0.6 });
    expect(credits('데이터베이스', '데이터의 베이스').데이터베이스).toBeCloseTo(0.8 * 0.8);
    expect(credits('데이터베이스', '베이컨')).toEqual({ 데이터베이스: 0 });
  });

  it('does not depend on case or on the normal form', () => {
    for (const text of ['Émile PUMPE 펌프', 'émile pumpe 펌프'])
      for (const form of ['NFC', 'NFD', 'NFKD'])
        expect(Object.values(credits('Pumpe émile 펌프', text.normalize(form)))).toEqual([1, 1, 1]);
  });

  it('is between 0 and 1, and 1 for each word of the text itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('pump', 'Harbour', '펌프', '등대', '水泵', 'насос', 'x_1', '42', 'ポンプ'), {
          minLength: 1,
        }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        (words, other) => {
          const question = words.join(' ');
          for (const credit of Object.values(credits(question, other))) {
            expect(credit).toBeGreaterThanOrEqual(0);
            expect(credit).toBeLessThanOrEqual(1);
          }
          for (const credit of Object.values(credits(question, `${other} ${question}`)))
            expect(credit).toBe(1);
        },
      ),
    );
  });

  it('takes linear time for long questions without spaces', () => {
    const text = analyseText('펌프는 水泵 pump '.repeat(20_000));
    for (const question of ['펌프'.repeat(50_000), '水泵是什么'.repeat(20_000), 'pump/'.repeat(20_000)]) {
      const { words } = parseQuestion(question);
      expect(words.length).toBeLessThanOrEqual(48);
      for (const word of words) expect(creditOf(word, text)).toBeLessThanOrEqual(1);
    }
  });
});

describe('nearnessIn', () => {
  const nearness = (question: string, source: string) => {
    const { words, tokens } = parseQuestion(question);
    const text = analyseText(source);
    const weights = words.map(() => 1 / words.length);
    return nearnessIn(
      text,
      words,
      weights,
      words.map((word) => creditOf(word, text)),
      tokens,
    );
  };

  it('is the share of neighbouring words that are neighbours in the text', () => {
    expect(nearness('green lever pump', 'A green lever. A pump.').adjacent).toBe(1);
    expect(nearness('green lever pump', 'A green lever of the old red pump').adjacent).toBe(0.5);
    expect(nearness('green lever', 'A lever that is green').adjacent).toBe(0.5);
    expect(nearness('green lever', 'A green door, a red handle and a lever').adjacent).toBe(0);
    expect(nearness('펌프 손잡이', '펌프의 손잡이는 빨갛다.').adjacent).toBe(1);
    expect(nearness('펌프 손잡이', '펌프가 낡아서 지난달에 새로 바꾼 손잡이는 빨갛다.').adjacent).toBe(0);
  });

  it('contains the length of the longest common phrase', () => {
    expect(
      nearness('where is the green lever of the pump', 'Pull the green lever of the motor').phrase,
    ).toBeCloseTo(4 / 6);
    expect(nearness('where is the lever', 'The pump').phrase).toBe(0);
    expect(nearness('a b c d e f g h i j', 'a b c d e f g h i j').phrase).toBe(1);
  });
});
