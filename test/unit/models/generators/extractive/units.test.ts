import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../../../../src/models/generators/extractive/units/units.ts';

const PAGE = `---
A description. It is long.

# Pump guide

The pump is a **red**
machine. It has [a lever](https://a.b).

## Start { #start }

To start the pump:

1. Open the *valve*.
   - Wait for the light.
2. Press \`Start\`.

   | Setting | Default |
   |---|---|
   | timeout | 30 s |

> [!NOTE]
> The limit is
> **40** litres. Do not exceed it.

/// tip | Hint
Use a bucket.
///

!!! note "Title"
    An indented note.

Limits
------

\`\`\`python
def pump():
    return 1
> not a quote
\`\`\`

After the code.
`;

const shown = (text: string) =>
  unitsOf(text).map(({ kind, mark, text: plain }) => `${kind} ${mark}|${plain}`);

describe('unitsOf', () => {
  it('reads sentences, items, rows and code of a page, without headings and container marks', () => {
    expect(shown(PAGE)).toEqual([
      'sentence |A description.',
      'sentence |It is long.',
      'sentence |The pump is a red machine.',
      'sentence |It has a lever.',
      'sentence |To start the pump:',
      'sentence 1.|Open the valve.',
      'sentence -|Wait for the light.',
      'sentence 2.|Press `Start`.',
      'row |timeout, Default: 30 s',
      'sentence |The limit is 40 litres.',
      'sentence |Do not exceed it.',
      'sentence |Use a bucket.',
      'sentence |An indented note.',
      'code |def pump():',
      'code |    return 1',
      'code |> not a quote',
      'sentence |After the code.',
    ]);
  });

  it('gives each unit the heading above it', () => {
    const headings = new Map(unitsOf(PAGE).map(({ text, heading }) => [text, heading]));
    expect(headings.get('It is long.')).toBe('');
    expect(headings.get('It has a lever.')).toBe('Pump guide');
    expect(headings.get('Press `Start`.')).toBe('Start');
    expect(headings.get('timeout, Default: 30 s')).toBe('Start Setting');
    expect(headings.get('After the code.')).toBe('Limits');
    expect(
      unitsOf('# C#\n\nA language.\n\n## Closed ##\n\nText here.').map(({ heading }) => heading),
    ).toEqual(['C#', 'Closed']);
  });

  it('numbers paragraphs, items, tables and code blocks', () => {
    const blocks = unitsOf(
      'One. Two.\n\nThree. \n- Four. Five.\n- Six.\n\n| a | b |\n| c | d |\n\nSeven\nis long. Eight.',
    );
    const groups = Map.groupBy(blocks, ({ block }) => block);
    expect([...groups.values()].map((units) => units.map(({ text }) => text).join(' '))).toEqual([
      'One. Two.',
      'Three.',
      'Four. Five.',
      'Six.',
      'a, b c, d',
      'Seven is long. Eight.',
    ]);
  });

  it('reads tables of loaders, but not single lines with a pipe, items or unions in code', () => {
    expect(
      shown(
        'Prices:\n\nitem | euros\nparking | 25\n\nUse a | b here.\n\n- a | b\n- c | d\n\n`a | b` or\n`c | d`.',
      ),
    ).toEqual([
      'sentence |Prices:',
      'row |parking, euros: 25',
      'sentence |Use a | b here.',
      'sentence -|a | b',
      'sentence -|c | d',
      'sentence |`a | b` or `c | d`.',
    ]);
  });

  it('finds no units in texts without words', () => {
    for (const text of [
      '',
      '\n\n',
      '# Title',
      '---',
      '```\n```',
      '| | |\n|---|---|',
      '...',
      '> ',
      '- ',
      '***',
    ])
      expect([text, unitsOf(text)]).toEqual([text, []]);
  });

  const piece = fc.constantFrom(
    ...[
      '# ',
      'The pump',
      ' is red',
      '. ',
      '.',
      '\n',
      '\n\n',
      '\r\n',
      '\r',
      '- ',
      '1. ',
      '> ',
      '> > ',
      '| ',
      ' | ',
    ],
    ...[
      '|---|---|',
      '--- | ---',
      '---',
      '===',
      '```',
      '~~~',
      '**',
      '[',
      '](',
      ')',
      '`',
      '<b>',
      '&amp;',
      '\\|',
    ],
    ...[
      '펌프는 빨갛다. ',
      '\u1111\u1165\u11b7',
      'e\u0301',
      '水。',
      '😀',
      '𠀀',
      '!!! note',
      '/// tip',
      '[!NOTE]',
      '\0',
      ' ',
    ],
  );

  it('returns ordered, separate ranges whose source contains the letters of each unit in order, for any text', () => {
    const containsInOrder = (source: string, text: string): boolean => {
      let at = -1;
      return Array.from(text.match(/[\p{L}\p{N}]/gu) ?? []).every((letter) => {
        at = source.indexOf(letter, at + 1);
        return at !== -1;
      });
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const unit of unitsOf(text)) {
          expect(unit.start).toBeGreaterThanOrEqual(last);
          expect(unit.end).toBeLessThanOrEqual(text.length);
          last = unit.end;
          const source = text.slice(unit.start, unit.end);
          expect(source.isWellFormed()).toBe(true);
          if (unit.kind !== 'row')
            expect([source, unit.text, containsInOrder(source, unit.text)]).toEqual([
              source,
              unit.text,
              true,
            ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not split surrogate pairs of texts without spaces', () => {
    for (const text of ['𠀀'.repeat(5_000), `a${'𠀀'.repeat(5_000)}`, `| ${'😀a'.repeat(3_000)} |`])
      for (const { start, end, text: plain } of unitsOf(text))
        expect([text.slice(start, end).isWellFormed(), plain.isWellFormed()]).toEqual([true, true]);
  });

  it('takes linear time for long repetitions', () => {
    for (const part of [
      '#',
      '# ',
      '# #',
      '水。',
      '|',
      '|-',
      ' ',
      '- ',
      '> ',
      '\n',
      '`',
      '```\n',
      'a | b\n',
      '=',
      '[',
      'A. ',
    ])
      for (const text of [part.repeat(Math.ceil(200_000 / part.length)), `# ${part.repeat(100_000)} x`])
        expect(unitsOf(text).every(({ start, end }) => start < end)).toBe(true);
  });

  it('keeps the lines of code that nothing marks as code, but not those of prose and tags', () => {
    const code = "class Pump(Machine):\n    class Meta:\n        valves = [('red', 2)]";
    const tags = '<em>\n  <b>red</b>\n</em>';
    const prose = 'The pump of the house\nis red.';
    expect(shown(`${code}\n\n$ pump --start\n$ pump --stop\n\n${prose}\n\n${tags}`)).toEqual([
      `sentence |${code}`,
      'sentence |$ pump --start\n$ pump --stop',
      'sentence |The pump of the house is red.',
      'sentence |red',
    ]);
  });
});
