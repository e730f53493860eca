import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationChecker } from '../../../../src/query/answering/citations.ts';
import type { SourcedPassage } from '../../../../src/query/answering/passages.ts';

/** Checks a complete answer. */
async function checkCitations(answer: string, sources: readonly SourcedPassage[]) {
  const checker = new CitationChecker(sources);
  const text = (await checker.push(answer)) + (await checker.end());
  return { text, citations: checker.citations, dropped: checker.dropped };
}

const passage = (marker: number, sourceText: string, start = 0): SourcedPassage => ({
  passage: {
    marker,
    chunkId: `chunk${marker}`,
    documentId: `doc${marker}`,
    title: 'T',
    headingPath: [],
    score: 1,
    text: sourceText,
  },
  start,
  sourceText,
});
const LEAVE = 'Ask two weeks ahead. There are twenty-five\n   days of leave. Illness is another matter.';
const KOREAN = '프린터는 삼층에 있다. 비밀번호는 7391이다.';
const passages = [passage(1, LEAVE, 100), passage(2, KOREAN)];

describe('the citations of an answer', () => {
  it('quote the sentence that the answer repeats, with its offsets in the document', async () => {
    const { text, citations, dropped } = await checkCitations(
      'There are twenty-five days of leave. [1]',
      passages,
    );
    expect({ text, dropped }).toEqual({ text: 'There are twenty-five days of leave. [1]', dropped: 0 });
    const quote = 'There are twenty-five\n   days of leave.';
    const start = 100 + LEAVE.indexOf('There');
    expect(citations).toEqual([
      {
        marker: 1,
        chunkId: 'chunk1',
        documentId: 'doc1',
        title: 'T',
        headingPath: [],
        start,
        end: start + quote.length,
        quote,
      },
    ]);
  });

  it('match paraphrases in the first 50,000 characters of a passage, and verbatim text in the whole passage', async () => {
    const filler = 'The harbour is open on every day. ';
    const last = 'There are twenty-five days of leave.';
    const cite = async (answer: string, length: number) => {
      const source = filler.repeat(Math.ceil(length / filler.length)) + last;
      return (await checkCitations(answer, [passage(1, source)])).citations.map(({ quote }) => quote);
    };
    const reworded = 'The leave of twenty-five days is generous [1].';
    expect(await cite(reworded, 40_000)).toEqual([last]);
    expect(await cite(reworded, 60_000)).toEqual([]);
    expect(await cite(`${last} [1]`, 60_000)).toEqual([last]);
  });

  it('quote the most similar sentence if the answer is a paraphrase', async () => {
    const { citations } = await checkCitations(
      'The leave of twenty-five days is generous [1]. 비밀번호가 7391입니다 [2].',
      passages,
    );
    expect(citations.map(({ quote }) => quote)).toEqual([
      'There are twenty-five\n   days of leave.',
      '비밀번호는 7391이다.',
    ]);
  });

  it('quote the short sentence that states the fact, not a long sentence that merely contains its words', async () => {
    const said = async (source: string, statement: string) =>
      (await checkCitations(`${statement} [1]`, [passage(1, source)])).citations.map(({ quote }) => quote);
    const museum =
      'The museum, which the city founded in 1901 beside the old harbour and which shows ships, maps, nets, engines and letters of captains, has free entry for every child on the first Sunday of each month and for school classes.';
    expect(await said(`${museum} Entry is free for children.`, 'A child has free entry.')).toEqual([
      'Entry is free for children.',
    ]);
    const report =
      'The annual report, which the board writes in March and sends to all members, partners, banks and offices together with the accounts, names the budget, the staff, the leave and the days of training.';
    expect(await said(`${report} Leave is thirty days.`, 'The annual leave is thirty days.')).toEqual([
      'Leave is thirty days.',
    ]);
  });

  it('are removed and counted if they refer to no passage, or to a passage without a common word', async () => {
    const { text, citations, dropped } = await checkCitations(
      'Penguins swim [2]. Leave is granted [9].',
      passages,
    );
    expect({ text, dropped, citations }).toEqual({
      text: 'Penguins swim. Leave is granted.',
      dropped: 2,
      citations: [],
    });
  });

  it('contain each passage once, even if several statements cite it', async () => {
    const answer = 'There are twenty-five days of leave [1][2]. There are twenty-five days of leave [1].';
    const { citations, dropped } = await checkCitations(answer, [
      passage(1, LEAVE),
      passage(2, `Copy. ${LEAVE}`),
    ]);
    expect(citations.map(({ marker }) => marker)).toEqual([1, 2]);
    expect(dropped).toBe(0);
  });

  it('quote at most 1,000 characters, and treat the text literally, not as a pattern', async () => {
    const long = `${'very (long) [text] * '.repeat(54)}ends.`;
    const { citations } = await checkCitations(`${long} [1]`, [passage(1, long, 7)]);
    const [citation] = citations;
    expect(citation!.quote).toHaveLength(1_000);
    expect(long.slice(citation!.start - 7, citation!.end - 7)).toBe(citation!.quote);
  });
});

const HOTEL = [
  passage(1, 'The hotel breakfast costs 15 euros. Pets are not allowed in the rooms.'),
  passage(2, '| Plan | Price |\n|---|---|\n| Basic | 10 |\n| Pro | 20 |'),
  passage(3, 'Use `items[1]` for the second item. The pool opens at 9 am.'),
];
const shown = async (answer: string): Promise<string> => (await checkCitations(answer, HOTEL)).text;

describe('citation marks', () => {
  it.each([
    ['another number', 'The hotel breakfast costs 140 euros [1].', 'The hotel breakfast costs 140 euros.'],
    ['a part of the number', 'The hotel breakfast costs 1 [1].', 'The hotel breakfast costs 1.'],
    ['a negation', 'Pets are allowed in the rooms [1].', 'Pets are allowed in the rooms.'],
    ['the other row', 'Basic costs 20 [2].', 'Basic costs 20.'],
  ])('are dropped if the statement differs by %s', async (_, answer, text) => {
    expect(await checkCitations(answer, HOTEL)).toEqual({ text, citations: [], dropped: 1 });
  });

  it.each([
    'Breakfast is 15 euros [1].',
    'Pets are not permitted. [1]',
    '- Breakfast: €15 [1]\n- Pets: not allowed [1]\n- Pro: 20 [2]',
    '| Breakfast | 15 euros [1] |\n| Basic | 10 [2] |',
    'According to [1], breakfast costs 15 euros.',
    '[3] says that the pool opens at 9.',
    'The pool opens at 9 am (see [3]).',
    '1. The pool opens at 9:00 am [3].\n2. Pro costs 20 [2].',
  ])('are kept if the passage supports the statement: %j', async (answer) => {
    expect(await shown(answer)).toBe(answer);
  });

  it('are checked one by one if a statement has several of them, in one pair of brackets or in several', async () => {
    expect(await shown('Breakfast costs 15 euros [1][2].')).toBe('Breakfast costs 15 euros [1].');
    expect(await shown('Breakfast costs 15 euros [1, 2].')).toBe('Breakfast costs 15 euros [1].');
    expect(await shown('Breakfast costs 15 euros [2], [1].')).toBe('Breakfast costs 15 euros, [1].');
    expect(await shown('Breakfast costs 15 euros [1-3].')).toBe('Breakfast costs 15 euros [1].');
    expect(await shown('Breakfast costs 15 euros【1】.')).toBe('Breakfast costs 15 euros[1].');
  });

  it('are checked against the clause that precedes them if a sentence has several clauses', async () => {
    const right = 'Breakfast costs 15 euros [1] and the pool opens at 9 am [3].';
    expect(await shown(right)).toBe(right);
    expect(await shown('Breakfast costs 15 euros [1] and the pool opens at 8 am [3].')).toBe(
      'Breakfast costs 15 euros [1] and the pool opens at 8 am.',
    );
    expect(await shown('Breakfast costs 14 euros [1] and the pool opens at 9 am [3].')).toBe(
      'Breakfast costs 14 euros and the pool opens at 9 am [3].',
    );
  });

  it('are checked against the same statement if they are adjacent, whether before or after it', async () => {
    const both = [...HOTEL, passage(4, 'For breakfast the hotel takes 15 euros.')];
    for (const marks of ['[1][4]', '[4] [1]', '[1], [4]', '[4, 1]'])
      for (const answer of [`Breakfast costs 15 euros ${marks}.`, `${marks} Breakfast costs 15 euros.`]) {
        const { citations, dropped } = await checkCitations(answer, both);
        expect({ answer, dropped }).toEqual({ answer, dropped: 0 });
        expect(citations.map(({ quote }) => quote).sort()).toEqual([
          'For breakfast the hotel takes 15 euros.',
          'The hotel breakfast costs 15 euros.',
        ]);
      }
  });

  it.each([
    'Write `items[9]` or `` a`[9] ``.',
    'Run:\n```js\nconst x = list[9];\n```\nDone.',
    '~~~\n[9]\n~~~',
    'An array [a, b] and [link](x) and [1.5].',
  ])('are ignored in code and in brackets that contain no whole number: %j', async (answer) => {
    expect(await checkCitations(answer, HOTEL)).toEqual({ text: answer, citations: [], dropped: 0 });
  });

  const both = [...HOTEL, passage(4, 'For breakfast the hotel takes 15 euros.')];

  it.each([
    ['the statement between two marks if none precedes the first', '[1] Breakfast costs 15 euros [4].'],
    ['the rest of their line', 'Breakfast costs 15 euros [1].\n[3] The pool opens at 9 am.'],
    ['the next line if they are alone on a line', '[1]\nBreakfast costs 15 euros.'],
    [
      'the statement after an introduction such as "according to"',
      'Breakfast costs 15 euros [1]. According to [3], the pool opens at 9 am.',
    ],
    [
      'the statement after an introduction at the start of a line',
      'Nobody knows.\nAccording to [3], the pool opens at 9 am.',
    ],
    [
      'the statement of the previous mark if only signs are between them',
      'Breakfast costs 15 euros [1], [4]. The pool opens at 9 am [3].',
    ],
    [
      'the statement of the previous mark if only filler words are between them',
      'Breakfast costs 15 euros [1] and [4]. The pool opens at 9 am [3].',
    ],
    ['the statement of the previous mark if they end the answer', 'Breakfast costs 15 euros [1].\n[4]'],
  ])('are checked against %s', async (_, answer) => {
    const { text, dropped } = await checkCitations(answer, both);
    expect({ text, dropped }).toEqual({ text: answer, dropped: 0 });
  });

  it('are checked against only the first sentence that follows, even if no white space separates it from the next', async () => {
    const answer = '[1] 宠物不允许。早餐费用为99欧元。';
    const { text, citations } = await checkCitations(answer, [passage(1, '宠物不允许。早餐费用为15欧元。')]);
    expect({ text, quotes: citations.map(({ quote }) => quote) }).toEqual({
      text: answer,
      quotes: ['宠物不允许。'],
    });
  });

  it.each([
    ['프린터는 삼층에 있다 [1].', '프린터는 삼층에 있다'],
    ['宠物不允许。[1]', '宠物不允许。'],
    ['Принтер на этаже [1].', 'Принтер на этаже'],
    ['Breakfast costs 15 euros.\n\n[1]', 'Breakfast costs 15 euros.'],
    ['Breakfast costs 15 euros.\nSource: [1]', 'Breakfast costs 15 euros.'],
  ])(
    'are kept after a short statement and after a statement on an earlier line: %j',
    async (answer, source) => {
      const { text, dropped, citations } = await checkCitations(answer, [passage(1, `${source} `)]);
      expect({ text, dropped, quotes: citations.map(({ quote }) => quote) }).toEqual({
        text: answer,
        dropped: 0,
        quotes: [source],
      });
    },
  );

  it('are checked together if they precede the statement that they share', async () => {
    const { text } = await checkCitations('[1] [9] [4] Breakfast costs 15 euros.', both);
    expect(text).toBe('[1] [4] Breakfast costs 15 euros.');
  });

  it('are kept after a run of unit symbols (㎏) that the passage also contains', async () => {
    const signs = '㎏'.repeat(30);
    const { text, citations } = await checkCitations(`${signs} [1]`, [passage(1, signs)]);
    expect({ text, quotes: citations.map(({ quote }) => quote) }).toEqual({
      text: `${signs} [1]`,
      quotes: [signs],
    });
  });

  it('are checked against at most the 4,000 characters that precede them', async () => {
    const filler = 'safe '.repeat(1_000);
    const cite = async (count: number) =>
      (await checkCitations(`# 9999 guests: ${filler.slice(0, count)}[1]`, [passage(1, filler)])).dropped;
    expect(await cite(4_500)).toBe(0);
    expect(await cite(3_500)).toBe(1);
  });

  it.each<[string, string[], string[]]>([
    [
      'a full stop and white space',
      ['[1] Breakfast costs 15.00 euros.', ' Yes'],
      ['', '[1] Breakfast costs 15.00 euros. Yes', ''],
    ],
    [
      'a question mark and a line break',
      ['[1] Breakfast costs 15 euros?', '\n'],
      ['', '[1] Breakfast costs 15 euros?', ''],
    ],
    ['a line break', ['[1] Breakfast costs 15 euros', '\n'], ['', '[1] Breakfast costs 15 euros', '']],
    ['the end of the answer', ['[1] Breakfast costs', ' 15 euros'], ['', '', '[1] Breakfast costs 15 euros']],
    ['the next mark', ['[1] Breakfast costs 15 euros', ' [4]'], ['', '[1] Breakfast costs 15 euros [4]', '']],
    [
      'the end of the answer, not a full stop in a number',
      ['[1] Breakfast costs 15.0 euros', ' a day'],
      ['', '', '[1] Breakfast costs 15.0 euros a day'],
    ],
    [
      'the end of the answer, not a full stop before the first word',
      ['[1] ... ', '\n', 'Breakfast costs 15 euros.'],
      ['', '', '', '[1] ... \nBreakfast costs 15 euros.'],
    ],
  ])('are emitted with the statement that follows them, after %s', async (_, parts, expected) => {
    const checker = new CitationChecker(both);
    const seen: string[] = [];
    for (const part of parts) seen.push(await checker.push(part));
    expect([...seen, await checker.end()]).toEqual(expected);
  });

  it('are checked once 4,000 characters of the statement after them have arrived, even if it has not ended', async () => {
    const checker = new CitationChecker([passage(1, 'a '.repeat(2_000))]);
    const statement = 'safe '.repeat(800);
    expect(await checker.push(`[9]${statement.slice(0, 3_999)}`)).toBe('');
    expect(await checker.push('s')).toBe(`${statement.trim()}s`);
    expect(await checker.end()).toBe('');
  });

  it('leave no white space at either end of the answer when they are removed; other white space remains', async () => {
    expect(await shown(' \n The pool [9] \n  opens. [9]\n')).toBe('The pool \n  opens.');
    expect(await shown(' \n ')).toBe('');
  });

  it('are never emitted unchecked, and yield the same result regardless of how the answer is split', async () => {
    const pieces = [
      'Breakfast costs 15 euros',
      ' [1]',
      ' [2]',
      '[9]',
      '. ',
      '\n',
      'Pets are allowed',
      '`x[1]`',
      '[',
      ']',
      '1',
    ];
    const text = fc.array(
      fc.constantFrom(...pieces, '```\n', '- ', 'According to', ' ', '｜', '\ud83d\ude00'),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), async (parts, cuts) => {
        const answer = parts.join('');
        const checker = new CitationChecker(HOTEL);
        let seen = '';
        for (let at = 0; at < answer.length; ) {
          const size = cuts.next().value;
          seen += await checker.push(answer.slice(at, at + size));
          at += size;
        }
        seen += await checker.end();
        const whole = await checkCitations(answer, HOTEL);
        expect(seen).toBe(whole.text);
        expect(checker.citations).toEqual(whole.citations);
        expect(seen).toBe(seen.trim());
      }),
    );
  });
});
