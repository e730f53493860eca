import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableRows } from '../../../../../src/models/generators/extractive/units/table.ts';

const lines = (text: string) => text.split('\n').map((line) => ({ text: line, start: 0, end: line.length }));
const rows = (text: string) => tableRows(lines(text)).map((row) => row.text);

describe('tableRows', () => {
  it('names each value with its column', () => {
    expect(
      rows('| Setting | Default | Unit |\n|:--|--:|:-:|\n| `timeout` | 30 | s |\n| retries | | none |'),
    ).toEqual(['`timeout`, Default: 30; Unit: s', 'retries, Unit: none']);
  });

  it('joins the lines of a header, and names the section if the row has figures', () => {
    const table = [
      '|  |  | Years Ended |',
      '|---|---|---|',
      '|  | 2019 | 2018 |',
      '|  |  | (in millions) |',
      '| Transportation: |  |  |',
      '| Automotive | $5,686 | $6,092 |',
    ].join('\n');
    expect(tableRows(lines(table))).toMatchObject([
      {
        text: 'Transportation, Automotive, 2019: $5,686; 2018: $6,092',
        context: 'Years Ended (in millions) Transportation',
      },
    ]);
    expect(rows('| a | b |\n| c | d |\n|---|---|\n| x | 1 |')).toEqual(['x, b d: 1']);
  });

  it('reads the rows of a table that begins in another chunk', () => {
    expect(rows('| timeout | 30 s |\n| retries | 5 |')).toEqual(['timeout, 30 s', 'retries, 5']);
    expect(rows('|---|---|\n| timeout | 30 s |')).toEqual(['timeout, 30 s']);
  });

  it('reads tables without outer pipes, as loaders deliver them, with empty first and last cells', () => {
    expect(rows('Setting | Default\n--- | ---\ntimeout | 30 s')).toEqual(['timeout, Default: 30 s']);
    expect(rows('| 2019 | 2018\nFixed price | 1,452 |\nOther | 44 | 56')).toEqual([
      'Fixed price, 2019: 1,452',
      'Other, 2019: 44; 2018: 56',
    ]);
    expect(rows('breakfast | 12\nparking | 25')).toEqual(['breakfast, 12', 'parking, 25']);
  });

  it('keeps escaped pipes, and removes marks and tags in cells', () => {
    expect(rows('| a | b |\n|---|---|\n| x \\| y | **1**<br>[2](c) |')).toEqual(['x | y, b: 1 2']);
  });

  it('ends a first cell that is a sentence', () => {
    const sentence =
      'The pump stops when the water in the lower tank is below the red mark for a minute or more';
    expect(rows(`| when | after |\n|---|---|\n| ${sentence} | 3 s |`)).toEqual([`${sentence}. after: 3 s`]);
  });

  it('states every value of any table with the name of its column and the offsets of its line', () => {
    const cell = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc.oneof(fc.nat().map(String), fc.constant(''));
    fc.assert(
      fc.property(
        fc.uniqueArray(cell, { minLength: 2, maxLength: 5 }),
        fc.array(fc.tuple(cell, fc.array(value, { minLength: 4, maxLength: 4 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.boolean(),
        (names, data, isFramed) => {
          const filled = data.map(([label, values]) => [label, '7', ...values].slice(0, names.length));
          const frame = (cells: readonly string[]) =>
            isFramed ? `| ${cells.join(' | ')} |` : cells.join(' | ');
          const rule = frame(names.map(() => '---'));
          const table = [frame(names), rule, ...filled.map(frame)].map((text, index) => ({
            text,
            start: index * 100,
            end: index * 100 + text.length,
          }));
          const expected = filled.map((cells, index) => {
            const values = cells
              .slice(1)
              .flatMap((each, at) => (each === '' ? [] : [`${names[at + 1]}: ${each}`]));
            return { text: `${cells[0]}, ${values.join('; ')}`, start: (index + 2) * 100 };
          });
          expect(tableRows(table)).toMatchObject(expected);
        },
      ),
    );
  });

  it('takes linear time for very long lines', () => {
    for (const line of [
      `|${'-'.repeat(500_000)}x`,
      '|'.repeat(500_000),
      `| a${' |'.repeat(200_000)}`,
      `|${' '.repeat(500_000)}x`,
    ])
      expect(rows(`${line}\n${line}`).join('').length).toBeLessThan(10_000);
  });
});
