import { describe, expect, it } from 'vitest';
import { definesPlainly, spellsOut } from '../../../../../src/models/generators/extractive/definition.ts';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question/question.ts';
import { questionTerms } from '../../../../../src/models/generators/extractive/unit-features.ts';

const defines = (question: string, sentence: string) =>
  definesPlainly(sentence, questionTerms(parseQuestion(question)));

describe('definesPlainly', () => {
  it('accepts sentences whose subject is the term alone and whose predicate says what it is or does', () => {
    for (const [question, sentence] of [
      ['What is a buoy?', 'A buoy is a float that marks a channel.'],
      ['What are buoys?', '**Buoys** (or markers) are used to mark a channel.'],
      ['What is a tide table?', 'A *tide table* lists the times of high water.'],
      ['What is a tide table?', 'The [tide table](tables/tide.md) lets you plan a journey.'],
      ['What are tide tables?', 'Tide tables help you plan a journey.'],
      ['What is a tide table?', 'Tide table – the times of high water, by day.'],
      ['What is a tide table?', '`tide table`: times of high water.'],
      ['What is ebb?', 'Ebb means that the water falls.'],
    ] as const)
      expect([sentence, defines(question, sentence)]).toEqual([sentence, true]);
  });

  it('rejects negations, and sentences that say something else about the term or a part of it', () => {
    for (const [question, sentence] of [
      ['What is a buoy?', 'A buoy is not a ship.'],
      ['What is a buoy?', 'A buoy is available at the office.'],
      ['What is a buoy?', 'A buoy paint is a thick paint.'],
      ['What is a buoy?', 'To move a buoy is a task for two.'],
      ['What is a tide table?', 'A table is a list of rows.'],
      ['What is a tide table?', 'Tide tables in the office are new.'],
      ['What is a tide table?', 'Tide table'],
    ] as const)
      expect([sentence, defines(question, sentence)]).toEqual([sentence, false]);
  });

  it('recognises a Korean definition by the particle after the term and the end of the sentence', () => {
    for (const [question, sentence, expected] of [
      ['부표란 무엇인가요?', '부표란 항로를 알리는 물체를 말한다.', true],
      ['부표는 무엇인가요?', '"부표"는 항로를 알리는 물체입니다.', true],
      ['OAuth2란 무엇인가요?', 'OAuth2는 인가 방법을 정하는 명세입니다.', true],
      ['부표는 무엇인가요?', '부표는 배가 아닙니다.', false],
      ['부표는 무엇인가요?', '부표는 여름에 칠합니다.', false],
      ['부표는 무엇인가요?', '부표 색은 빨간색입니다.', false],
    ] as const)
      expect([sentence, defines(question, sentence)]).toEqual([sentence, expected]);
  });

  it('rejects every sentence if the question has no terms or too many', () => {
    expect(definesPlainly('A buoy is a float.', [])).toBe(false);
    expect(definesPlainly('a b c d e f is a g', ['a1', 'b1', 'c1', 'd1', 'e1', 'f1'])).toBe(false);
  });
});

describe('spellsOut', () => {
  it('finds the words whose first letters are the abbreviation, and passes over small words', () => {
    for (const [text, abbreviation] of [
      ['Our chief harbour officers meet on Monday.', 'CHO'],
      ['A time-to-live of 30 seconds is short.', 'TTL'],
      ['The department of harbours (DH) answers.', 'DH'],
      ['The Coast and Inshore Fleet sails.', 'CIF'],
    ] as const)
      expect([text, spellsOut(text, abbreviation)]).toEqual([text, true]);
  });

  it('rejects other words, two words that happen to have the initials, and ordinary words', () => {
    for (const [text, abbreviation] of [
      ['Our officers meet the chief of the harbour.', 'CHO'],
      ['The department hires sailors.', 'DH'],
      ['The CHO answers.', 'CHO'],
      ['Time to leave.', 'ttl'],
    ] as const)
      expect([text, spellsOut(text, abbreviation)]).toEqual([text, false]);
  });
});
