import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/cli/output.ts';
import { sourcesText } from '../../../src/cli/sources-text.ts';
import { style, unstyled } from '../../../src/cli/terminal.ts';
import { highlighter, StreamedLines, wrapped } from '../../../src/cli/wrap.ts';

describe('text for a terminal', () => {
  it('is wrapped between words, according to their display width', () => {
    expect(wrapped('one two  three\nfour', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('한국어 문서 검색', 8)).toEqual(['한국어', '문서', '검색']);
    expect(wrapped('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('has the words of the question, and other forms of these words, in bold', () => {
    const shown = highlighter('holiday for an employee, 휴가')('Employees take holidays. 휴가는 here.');
    expect(shown).toContain(style.bold('Employees'));
    expect(shown).toContain(`${style.bold('holidays')}.`);
    expect(shown).toContain(style.bold('휴가는'));
    expect(shown).not.toContain(style.bold('take'));
  });

  it('is wrapped in the same way when streamed, whatever the chunk boundaries', () => {
    const text = 'The hotel costs 140 euros a night.\n\n- one two three four';
    const whole = new StreamedLines(16);
    const expected = whole.push(text) + whole.end();
    expect(expected.split('\n').every((line) => line.length <= 16)).toBe(true);
    expect(expected.replaceAll(/\s+/g, ' ')).toBe(text.replaceAll(/\s+/g, ' '));
    for (const size of [1, 3, 7]) {
      const lines = new StreamedLines(16);
      let shown = '';
      for (let at = 0; at < text.length; at += size) shown += lines.push(text.slice(at, at + size));
      expect(shown + lines.end()).toBe(expected);
    }
  });

  it('is streamed, and wrapped between characters, in languages without spaces', () => {
    const lines = new StreamedLines(10);
    const text = '这是一个很长的中文回答。[1]';
    const shown = Array.from(text, (character) => lines.push(character));
    expect(shown.slice(0, 5).every((piece) => piece !== '')).toBe(true);
    const whole = shown.join('') + lines.end();
    expect(
      whole
        .split('\n')
        .map(displayWidth)
        .every((width) => width <= 10),
    ).toBe(true);
    expect(whole.replaceAll('\n', '')).toBe(text);
  });

  it('is not wrapped if the output is a pipe, because its width is infinite', () => {
    const lines = new StreamedLines(Number.POSITIVE_INFINITY);
    const text = `${'word '.repeat(100)}\nend`;
    expect(lines.push('wor') + lines.push(text)).toBe(`wor${text}`);
    expect(lines.end()).toBe('');
  });
});

describe('the list of sources', () => {
  const citation = (marker: number, quote: string) => ({
    ...{ marker, chunkId: `c${marker}`, documentId: `d${marker}.md`, headingPath: [], title: 'D' },
    ...{ start: 0, end: 1, quote },
  });

  it('shows each source once, with its document and headings, followed by its quotes as plain text', () => {
    const hits = [{ id: 'c1', documentId: 'd1.md', headingPath: ['Travel', '**Hotels**'] }];
    const cited = [
      citation(1, 'A **hotel** costs 140.'),
      citation(2, 'Other.'),
      citation(1, 'A [bus](b.md) is free.'),
    ];
    expect(sourcesText(cited, hits).map(unstyled)).toEqual([
      '  [1] d1.md › Travel › Hotels',
      '      “A **hotel** costs 140.”',
      '      “A [bus](b.md) is free.”',
      '  [2] d2.md',
      '      “Other.”',
    ]);
  });
});
