import { describe, expect, it } from 'vitest';
import { QuoteFinder } from '../../../../src/query/answering/quote.ts';

interface Around {
  readonly title?: string;
  readonly headingPath?: readonly string[];
}

const finderOf = (sourceText: string, { title = 'T', headingPath = [] }: Around = {}): QuoteFinder =>
  new QuoteFinder({
    passage: {
      marker: 1,
      chunkId: 'chunk',
      documentId: 'doc',
      title,
      headingPath,
      score: 1,
      text: sourceText,
    },
    start: 0,
    sourceText,
  });

/** Returns the part of `source` that is quoted for a statement; undefined if there is none. */
async function quoted(source: string, statement: string, around?: Around): Promise<string | undefined> {
  const range = await finderOf(source, around).find(statement);
  return range === undefined ? undefined : source.slice(range.start, range.end);
}

describe('the quote for a statement', () => {
  it.each([
    ['a whole sentence', 'Ask early. Leave is paid.', 'Leave is paid.'],
    ['the beginning of the first sentence', 'Leave is paid for all staff. Ask early.', 'Leave is'],
    ['the beginning of a later sentence', 'Ask the office two weeks ahead. Leave is paid.', 'Leave is'],
    [
      'the beginning of a sentence directly after another',
      '早餐费用为十五欧元而且每天都供应。宠物，不允许。',
      '宠物',
    ],
    ['a line of a table', '| Plan | Price |\n|---|---|\n| Basic | 10 |', '| Basic | 10 |'],
    ['three fifths of a sentence', 'Yes. Our clients smoke in no rooms.', 'smoke in no rooms.'],
    ['more than three fifths of a sentence', 'Yes. Our guests smoke in no rooms.', 'smoke in no rooms.'],
    ['signs after the last sentence', 'Leave is paid. ***', '***'],
  ])('is the statement itself if the passage contains it verbatim as %s', async (_, source, statement) => {
    const start = source.indexOf(statement);
    expect(await finderOf(source).find(statement)).toEqual({ start, end: start + statement.length });
  });

  it.each([
    ['a part of a sentence that is too short', 'Yes. Our customers smoke in no rooms.', 'smoke in no rooms.'],
    [
      'a part of a long sentence after a short one',
      'Yes. On every working day the canteen serves a hot lunch.',
      'serves a hot lunch.',
    ],
    [
      'a short part of the first sentence',
      'On every working day the canteen serves a hot lunch. Yes.',
      'serves a hot lunch.',
    ],
  ])('is the whole sentence if the statement is %s', async (_, source, statement) => {
    const sentence = source.replace(/^Yes\. | Yes\.$/, '');
    expect(await quoted(source, statement)).toBe(sentence);
  });

  it.each([
    [
      'an inner line break',
      'Ask early. There are\n   ten  days of leave.',
      'There are ten days',
      'There are\n   ten  days',
    ],
    ['white space around the statement', 'Leave is paid for all staff.', '\n Leave is ', 'Leave is'],
    ['white space at the beginning', ' \n Leave is paid for all staff.', 'Leave is', 'Leave is'],
    ['a tab in the statement', 'Leave is paid for all staff.', 'Leave\t is', 'Leave is'],
  ])(
    'is found although white space differs between passage and statement: %s',
    async (_, source, statement, quote) => {
      expect(await quoted(source, statement)).toBe(quote);
    },
  );

  it.each([
    ['after a word', 'The pool[3] opens at nine.', 'The pool opens', 'The pool[3] opens'],
    ['after a space', 'The pool [3] opens at nine.', 'The pool opens', 'The pool [3] opens'],
    ['in a row', 'The pool [1] [2][3] opens at nine.', 'The pool opens', 'The pool [1] [2][3] opens'],
    ['before the words', 'The pool[3], the bar [4] and more. Leave is paid.', 'Leave is', 'Leave is'],
    ['at the end', 'The pool opens at nine [3].', 'The pool opens at nine.', 'The pool opens at nine [3].'],
    ['at the beginning', '[3] The pool opens at nine.', 'The pool opens at nine.', 'The pool opens at nine.'],
    ['of the statement', 'The pool opens at nine.', 'The pool [7] opens', 'The pool opens'],
  ])('is found despite note marks such as [3] %s', async (_, source, statement, quote) => {
    expect(await quoted(source, statement)).toBe(quote);
  });

  it.each([
    [
      'a number after a space',
      'Pay 1.5 euros for each night and guest.',
      '1.5 euros for each night and guest.',
    ],
    ['a word after a sign', 'Here $HOME is set for each user.', 'HOME is set for each user.'],
    [
      'a number after a bracket',
      'Pay (2 euros for each night and guest).',
      '2 euros for each night and guest',
    ],
    ['a number before a space', 'The gate opens at 9 for 50% of the staff.', 'The gate opens at 9'],
    ['a number before another', 'In room 7 12 guests may sleep.', 'In room 7'],
    ['a number before a full stop', 'The gate opens at 9. It closes at 12.', 'The gate opens at 9'],
    ['a number before a comma', 'The gate opens at 9, the shop at 10.', 'The gate opens at 9'],
    ['a word before a full stop and a number', 'See the office.10 euros are due.', 'See the office'],
    ['a word before a per cent sign', 'The share in per cent% is ten.', 'The share in per cent'],
  ])('may start or end at %s', async (_, source, statement) => {
    expect(await quoted(source, statement)).toBe(statement);
  });

  it.each([
    ['the rest of a word', 'The gate is openable by guests.', 'The gate is open'],
    ['a per cent sign', 'The fee is 15% of all.', 'The fee is 15'],
    ['a degree sign', 'The slope is 15° here.', 'The slope is 15'],
    ['a currency sign', 'Pay $15 for each night and guest.', '15 for each night and guest.'],
  ])('is the whole sentence if the statement omits %s', async (_, source, part) => {
    expect(await quoted(source, part)).toBe(source);
  });

  it.each([
    ['of a longer word', 'Unlimited leave is paid.', 'limited leave is paid.'],
    ['of a number with more digits', 'The fee is 15 euros.', 'The fee is 1'],
    ['of a decimal number', 'The fee is 1.5 euros.', 'The fee is 1'],
    ['of a number with thousands', 'The fee is 1,500 euros.', 'The fee is 1'],
    ['of a time', 'The gate opens at 9:30 in summer.', 'The gate opens at 9'],
    [
      'of the digits after a decimal point',
      'Pay 1.5 euros for each night and guest.',
      '5 euros for each night and guest.',
    ],
    ['of a negative number', 'It is -15 degrees in the store at night.', '15 degrees in the store at night.'],
  ])('is undefined if the statement contains a part %s', async (_, source, part) => {
    expect(await quoted(source, part)).toBeUndefined();
  });

  it.each(['', ' \n', '[1]', ' [1] [2] '])(
    'is undefined for a statement without words: %j',
    async (statement) => {
      expect(await quoted('Leave is paid.', statement)).toBeUndefined();
    },
  );

  it('is undefined if the passage is unrelated', async () => {
    expect(await quoted('Leave is paid.', 'Penguins swim.')).toBeUndefined();
  });

  it('is the sentence of the passage that says the same as the statement in other words', async () => {
    expect(await quoted('Ask early. There are ten days of leave.', 'The leave is ten days.')).toBe(
      'There are ten days of leave.',
    );
  });

  it('is found for a statement whose names occur only in the title or in one of the headings', async () => {
    const source = 'The breakfast costs 15 euros.';
    const found = (statement: string) =>
      quoted(source, statement, { title: 'Hotel Aurora', headingPath: ['Annex', 'Borealis'] });
    expect(await found('Breakfast at the Aurora costs 15 euros.')).toBe(source);
    expect(await found('Breakfast at the Borealis costs 15 euros.')).toBe(source);
    expect(await found('Breakfast at the Zenith costs 15 euros.')).toBeUndefined();
  });

  it('is computed once per statement', async () => {
    const finder = finderOf('Leave is paid. Ask early.');
    const first = await finder.find('Leave is paid.');
    expect(await finder.find('Ask early.')).toEqual({ start: 15, end: 25 });
    expect(await finder.find('Leave is paid.')).toBe(first);
  });
});
