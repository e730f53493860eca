import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../../src/documents/lexical/index.ts';

const sentencesOf = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  it('ends a sentence at a full stop and its closing quote, not at abbreviations, initials or numbers', () => {
    expect(
      sentencesOf(
        'Dr. Smith met J. R. Jones at 3.5 km. "It is late." He left! Did he? Yes, e.g. at St. Ives.',
      ),
    ).toEqual([
      'Dr. Smith met J. R. Jones at 3.5 km.',
      '"It is late."',
      'He left!',
      'Did he?',
      'Yes, e.g. at St. Ives.',
    ]);
  });

  it('splits tokenised text, which has spaces before punctuation marks', () => {
    expect(sentencesOf('He won in 1956 and 1972 . Marie Curie won ( 1963 ) . The end .')).toEqual([
      'He won in 1956 and 1972 .',
      'Marie Curie won ( 1963 ) .',
      'The end .',
    ]);
  });

  it('splits Korean and Japanese text', () => {
    expect(sentencesOf('함수는 실행된다. 지연이 생긴다. 왜일까?')).toEqual([
      '함수는 실행된다.',
      '지연이 생긴다.',
      '왜일까?',
    ]);
    expect(sentencesOf('これは本です。「はい。」終わり')).toEqual(['これは本です。', '「はい。」', '終わり']);
  });

  it('excludes headings, code, tables, list and container markers, horizontal rules and tags of Markdown', () => {
    const text = [
      '# Title. Here',
      'Intro line one',
      'continues here. Second.',
      '',
      '```python',
      'print("No. Not this.")',
      '```',
      '/// tip | Note',
      'A tip. ',
      '///',
      '| a | b |',
      '| - | - |',
      '* First item',
      '* Second item. More of it.',
      '1. Step one.',
      '> Quoted text.',
      '{* ../../docs_src/a.py hl[1] *}',
      '<div class="x">',
      '!!! warning',
      '    Take care.',
      '',
      'Setext heading',
      '--------------',
      'Last.',
    ].join('\n');
    expect(sentencesOf(text)).toEqual([
      'Intro line one\ncontinues here.',
      'Second.',
      'A tip.',
      'First item',
      'Second item.',
      'More of it.',
      'Step one.',
      'Quoted text.',
      'Take care.',
      'Last.',
    ]);
  });

  it('excludes footnote numbers after the end of a sentence', () => {
    expect(sentencesOf('It is 300 m long.[2] Then[3] more.[4][5]')).toEqual([
      'It is 300 m long.',
      'Then[3] more.',
    ]);
    expect(sentencesOf('It is 300 m long.[2, 15] Then more.[4-6][8]')).toEqual([
      'It is 300 m long.',
      'Then more.',
    ]);
  });

  it('splits very long sentences at a space', () => {
    const sentences = sentencesOf('word '.repeat(1_000));
    expect(sentences.length).toBe(5);
    expect(sentences.every((sentence) => sentence.length <= 1_200 && /^(?:word ?)+$/.test(sentence))).toBe(
      true,
    );
  });

  it.each([
    ['The hotel costs 140 euros.', "'"],
    ['The hotel costs 140 euros', ".'"],
    ['The hotel costs 140 euros.', '[1]'],
    ['The hotel costs 140 euros.', '[1, 2'],
    ['The hotel costs 140 euros.', ' '],
  ])('takes linear time for %j followed by a long run of %j', (start, run) => {
    const text = `${start}${run.repeat(100_000)}x and the taxi costs 20 euros.`;
    const last = sentencesOf(text).at(-1);
    expect(last).toMatch(/x and the taxi costs 20 euros\.$/);
  });

  it('returns ordered, trimmed ranges that each contain a letter or digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('A b.', ' ', '\n', '```', '- ', '다.', '# ', 'x', '。', '| ', '!'), {
          maxLength: 30,
        }),
        (parts) => {
          const text = parts.join('');
          let last = 0;
          for (const { start, end } of splitSentences(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            const sentence = text.slice(start, end);
            expect(sentence).toBe(sentence.trim());
            expect(sentence).toMatch(/[\p{L}\p{N}]/u);
            last = end;
          }
        },
      ),
    );
  });

  it('joins the lines of a block quote, and excludes its headings, tables and code', () => {
    const text = [
      'Before the quote',
      '> [!NOTE]',
      '> A note that',
      '> > continues here.',
      'Lazy line.',
      '>',
      '> # Title',
      '> | a | b |',
      '> ```',
      '> code',
      '> ```',
      '> - An item',
      '> of two lines',
      '',
      'After it.',
    ].join('\n');
    expect(sentencesOf(text)).toEqual([
      'Before the quote',
      'A note that\n> > continues here.',
      'Lazy line.',
      'An item\n> of two lines',
      'After it.',
    ]);
  });

  it('excludes tables without outer pipes, but not a single line with a pipe or code with pipes', () => {
    expect(sentencesOf('Prices:\n\n| 2019 | 2018\nparking | 25 |\nlever | 3\n\nEnd.')).toEqual([
      'Prices:',
      'End.',
    ]);
    expect(sentencesOf('a | b\n--- | ---\nc | d')).toEqual([]);
    expect(sentencesOf('Use a | file.\nThen `a | b`\nor `c | d` here.')).toEqual([
      'Use a | file.',
      'Then `a | b`\nor `c | d` here.',
    ]);
  });

  it('keeps a list item above a horizontal rule', () => {
    expect(sentencesOf('- One item\n---\nText.\n\nTitle\n---\nEnd.')).toEqual(['One item', 'Text.', 'End.']);
  });

  it('does not split surrogate pairs', () => {
    for (const text of ['\u{20000}'.repeat(2_000), `a${'\u{20000}'.repeat(2_000)}`])
      expect(sentencesOf(text).every((sentence) => sentence.isWellFormed())).toBe(true);
  });
});
