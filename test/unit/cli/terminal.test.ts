import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { displayWidth, table } from '../../../src/cli/output.ts';
import { rendered, style, unstyled } from '../../../src/cli/terminal.ts';

const screen = (isTTY: boolean): NodeJS.WriteStream =>
  Object.assign(new Writable(), { isTTY, getColorDepth: () => 8 }) as unknown as NodeJS.WriteStream;

describe('terminal output', () => {
  it("contains no escape sequences except those of srag's own styles", () => {
    const text = `${style.bold('title\u001b[2J')} \u001b[31mred\u001b[0m`;
    expect(rendered(text, screen(false))).toBe('title␛[2J ␛[31mred␛[0m');
    const before = process.env.NO_COLOR;
    delete process.env.NO_COLOR;
    try {
      expect(rendered(text, screen(true))).toBe('\u001b[1mtitle␛[2J\u001b[22m ␛[31mred␛[0m');
    } finally {
      if (before !== undefined) process.env.NO_COLOR = before;
    }
  });

  it('is measured by its visible width', () => {
    expect(displayWidth(style.bold('ab\u001b[1m\u200b'))).toBe(6);
    expect(unstyled(`${style.dim('a')}b`)).toBe('ab');
  });

  it('keeps a table row on one line', () => {
    expect(unstyled(table(['name'], [['a\nb']]))).toBe('name\na␊b');
  });
});
