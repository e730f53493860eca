import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkScanner, type Piece } from '../../../../src/query/answering/marks.ts';

const text = (characters: string): Piece => ({ kind: 'text', text: characters });
const mark = (numbers: readonly number[], space = ''): Piece => ({ kind: 'mark', numbers, space });

/** Pushes the parts of an answer one by one; returns the pieces of each push, then those of `end()`. */
function readInParts(...parts: readonly string[]): Piece[][] {
  const scanner = new MarkScanner();
  return [...parts.map((part) => scanner.push(part)), scanner.end()];
}

/** Scans an answer given in parts; returns all its pieces, with adjacent texts joined. */
function read(...parts: readonly string[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of readInParts(...parts).flat()) {
    const last = joined.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') joined.splice(-1, 1, text(last.text + piece.text));
    else joined.push(piece);
  }
  return joined;
}

const nothing: Piece[] = [];

describe('MarkScanner', () => {
  it.each<[string, string, Piece[]]>([
    ['nothing in an empty answer', '', []],
    ['only text', 'Open at nine.', [text('Open at nine.')]],
    ['a number', 'Open [1].', [text('Open'), mark([1], ' '), text('.')]],
    ['only a mark', '[12]', [mark([12])]],
    ['a list and a range', 'A [1, 3; 5-7]', [text('A'), mark([1, 3, 5, 6, 7], ' ')]],
    ['full-width brackets', 'A［1］B【2】', [text('A'), mark([1]), text('B'), mark([2])]],
    ['adjacent marks', 'A[1] [2]', [text('A'), mark([1]), mark([2], ' ')]],
    ['a mark with all white space before it', 'A \t [1]', [text('A'), mark([1], ' \t ')]],
    ['a mark without the line break before it', 'A \n [1]', [text('A \n'), mark([1], ' ')]],
    ['a mark with the indentation before it', 'A\n     [1]', [text('A\n'), mark([1], '     ')]],
    ['no mark in other brackets', '[a] [0] [1.5] [3-1] [', [text('[a] [0] [1.5] [3-1] [')]],
    ['a mark after a bracket', '[[1]]', [text('['), mark([1]), text(']')]],
  ])('finds %s', (_, answer, pieces) => {
    expect(read(answer)).toEqual(pieces);
  });

  it('finds a mark and the white space before it, even after many characters', () => {
    const long = 'a'.repeat(1_200);
    expect(read(`${long} [1]`)).toEqual([text(long), mark([1], ' ')]);
  });

  it.each([
    ['a code span', 'Take `x[1]` now.'],
    ['a code span of two backticks', 'Take ``a`[1]`` now.'],
    ['a block of backticks', '```js\nx[1]\n```\nDone.'],
    ['a block of tildes', '~~~\nx[1]\n~~~\nDone.'],
    ['an unclosed block', 'Run:\n```\nx[1]'],
    ['an indented block', '   ```\nx[1]\n   ```\n'],
    ['a block with the other kind of fence in it', '```\n~~~\nx[1]\n```\n'],
    ['a block with a shorter fence in it', '````\n```\nx[1]\n````\n'],
    ['the line that opens a block', '``` [1]\n```\n'],
    ['the line that closes a block', '```\na\n``` [1]\nDone.'],
    ['the end of the line that closes a block', '```\na\n``` [\n1]'],
  ])('treats a number in brackets in %s as text', (_, answer) => {
    expect(read(answer)).toEqual([text(answer)]);
  });

  it('treats a number in brackets in a code span as text, even after many characters', () => {
    const answer = `${'a'.repeat(1_200)}\`x[1]\``;
    expect(read(answer)).toEqual([text(answer)]);
  });

  it.each<[string, string, Piece[]]>([
    ['a code span', '`x` `[1]` [2]', [text('`x` `[1]`'), mark([2], ' ')]],
    ['a code span of two backticks', '``x`` [1]', [text('``x``'), mark([1], ' ')]],
    ['a code span and another backtick', '`x` ` [1]', [text('`x` `'), mark([1], ' ')]],
    ['a backtick that is closed on the next line', '`x\n[1]`', [text('`x\n'), mark([1]), text('`')]],
    ['an unclosed backtick', '`x [1]', [text('`x'), mark([1], ' ')]],
    ['two backticks followed by a single one', '``x` [1]', [text('``x`'), mark([1], ' ')]],
    ['a closed block', '```\na\n```\n[1]', [text('```\na\n```\n'), mark([1])]],
    ['an empty block', '```\n```\n[1]', [text('```\n```\n'), mark([1])]],
    ['a block closed by a longer fence', '```\na\n`````\n[1]', [text('```\na\n`````\n'), mark([1])]],
    ['backticks within a line', 'Run ``` now\n[1]', [text('Run ``` now\n'), mark([1])]],
    ['backticks after a mark', '[1]```\n[2]', [mark([1]), text('```\n'), mark([2])]],
    ['a fence that is indented too far', '    ```\n[1]', [text('    ```\n'), mark([1])]],
  ])('finds the mark after %s', (_, answer, pieces) => {
    expect(read(answer)).toEqual(pieces);
  });

  it.each<[string, string[], Piece[][]]>([
    ['text', ['Open', ' at'], [[text('Open')], [text(' at')], nothing]],
    ['white space when text follows', ['A ', 'b'], [[text('A')], [text(' b')], nothing]],
    ['a line break', ['A\n'], [[text('A\n')], nothing]],
    ['a mark with its bracket', ['A [', '1', ']'], [[text('A')], nothing, [mark([1], ' ')], nothing]],
    ['a bracket that opens no mark', ['A [', '1', 'a'], [[text('A')], nothing, [text(' [1a')], nothing]],
    ['a code span with its last backtick', ['`a', '`'], [nothing, [text('`a`')], nothing]],
    ['a backtick with the end of its line', ['a`b', '\n'], [[text('a')], [text('`b\n')], nothing]],
    ['the line of a fence when it ends', ['```j', 's', '\n'], [nothing, nothing, [text('```js\n')], nothing]],
    ['tildes that open no block', ['~~', 'a'], [nothing, [text('~~a')], nothing]],
    [
      'code character by character',
      ['~~~\n', 'a [', '1'],
      [[text('~~~\n')], [text('a [')], [text('1')], nothing],
    ],
    ['the line after a closing fence', ['~~~\n~~~\na'], [[text('~~~\n~~~\na')], nothing]],
    [
      'a closing fence that is split',
      ['```\n`', '``\n[1]'],
      [[text('```\n')], [text('```\n'), mark([1])], nothing],
    ],
    ['an incomplete mark at the end', ['A [1'], [[text('A')], [text(' [1')]]],
    ['white space at the end', ['A '], [[text('A')], [text(' ')]]],
    ['a backtick at the end', ['`a'], [nothing, [text('`a')]]],
    ['a fence at the end', ['~~~'], [nothing, [text('~~~')]]],
  ])('returns %s as soon as it is unambiguous', (_, parts, pieces) => {
    expect(readInParts(...parts)).toEqual(pieces);
  });

  it.each([
    ['a run of white space', 'a', '', ' '.repeat(1_000)],
    ['white space at the start of a line', '', '', ' '.repeat(1_000)],
    ['a run of backticks', 'a', '', '`'.repeat(1_000)],
    ['the line of a fence', '', '```', 'j'.repeat(997)],
    ['the line of a code span', 'a', '`', 'b'.repeat(1_000)],
  ])('buffers at most 1,000 characters while it waits for the end of %s', (_, before, opening, most) => {
    const waiting = before + opening + most.slice(1);
    expect(readInParts(waiting)[0]).toEqual(before === '' ? nothing : [text(before)]);
    expect(readInParts(before + opening + most)).toEqual([[text(before + opening + most)], nothing]);
  });

  it.each([' ', '`'])('returns 1,000 characters of a longer run of %j, and buffers the rest', (character) => {
    const run = character.repeat(1_500);
    expect(readInParts(`a${run}`)).toEqual([[text(`a${run.slice(0, 1_000)}`)], [text(run.slice(1_000))]]);
  });

  it('returns a mark after 1,000 or more spaces together with the spaces that are still buffered', () => {
    const spaces = ' '.repeat(1_000);
    expect(read(`a${spaces}[1]`)).toEqual([text(`a${spaces}`), mark([1])]);
    expect(read(`a${spaces}  [1]`)).toEqual([text(`a${spaces}`), mark([1], '  ')]);
    expect(read(`a${spaces.slice(1)}[1]`)).toEqual([text('a'), mark([1], spaces.slice(1))]);
  });

  it('returns the same pieces and loses no character, regardless of how the answer is split', () => {
    const part = fc.constantFrom(
      ...['a', 'b c', '.', ' ', '  ', '\t', '\n', '\r\n', '`', '``', '```', '````', '~~~', '~~', '\n```js\n'],
      ...['[', ']', '1', '12', ', ', '-', ';', '[1]', ' [2, 3]', '【4】', '［5', '`x[1]`', '\ud83d\ude00'],
      ...[' '.repeat(999), '`'.repeat(999), 'x'.repeat(997)],
    );
    const answers = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''));
    const sizes = fc.array(fc.constantFrom(1, 2, 3, 7, 400, 1_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(answers, sizes, (answer, cuts) => {
        const parts: string[] = [];
        for (let at = 0; at < answer.length; at += parts.at(-1)!.length)
          parts.push(answer.slice(at, at + cuts[parts.length % cuts.length]!));
        const whole = read(answer);
        expect(read(...parts)).toEqual(whole);
        const texts = whole.map((piece) => (piece.kind === 'text' ? piece.text : piece.space)).join('');
        const withoutMarks = texts.replace(/[^a-z.`~\n\ud83d\ude00]/gu, '');
        expect(withoutMarks).toBe(answer.replace(/[^a-z.`~\n\ud83d\ude00]/gu, ''));
      }),
      { numRuns: 300 },
    );
  });
});
