import type { TextRange } from '../../../../documents/lexical/index.ts';
import { plainText } from './plain-text.ts';

/** A line of a Markdown table, with its cells as plain text. */
export interface TableLine extends TextRange {
  readonly cells: readonly string[];
}

/** A row of a table as a statement. */
export interface TableRow extends TextRange {
  /** The row's cells with the names of their columns. */
  readonly text: string;
  /** Name of the first column, title that spans the columns, and section, which the text does not contain. */
  readonly context: string;
}

/** A cell of a header: a year, a unit or a word, not a figure. */
const LABEL = /^(?:(?:fy|q[1-4])?\s*'?(?:19|20)\d{2}[a-z*]?|[^\d]*|.*\p{L}.*)$/iu;
/** A first cell of this length is a sentence, which ends before the other cells. */
const SENTENCE_LENGTH = 80;

export const isTableLine = (line: string): boolean => /^\s*\|.*\|\s*$/u.test(line);
/** The line between the header and the rows. */
export const isTableRule = (line: string): boolean => /^[\s|:+-]*-[\s|:+-]*$/u.test(line);

/** Splits `| a | b |` into plain cells; `\|` does not end a cell. */
export function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/u, '').replace(/\|$/u, '');
  return inner.split(/(?<!\\)\|/u).map((cell) => plainText(cell.replaceAll('\\|', '|')));
}

const filledCells = ({ cells }: TableLine): string[] => cells.filter((cell) => cell !== '');

/** Names of the columns, and the title above them. */
class TableHeader {
  readonly #names: string[] = [];
  title = '';

  add(line: TableLine): void {
    const filled = filledCells(line);
    if (filled.length === 1 && line.cells.length > 2) {
      this.title = [this.title, filled[0]].filter(Boolean).join(' ');
      return;
    }
    for (const [column, cell] of line.cells.entries()) {
      if (cell === '') continue;
      const name = this.#names[column];
      this.#names[column] = name === undefined ? cell : `${name} ${cell}`;
    }
  }

  nameOf(column: number): string {
    return (this.#names[column] ?? '').replace(/:$/u, '');
  }
}

/**
 * The rows of a table as statements: `Total sales, 2019: $1,496.5; 2018: $1,202.9`. Lines without a first cell at the
 * top continue the header; a line with only a first cell names the section of the rows below.
 * @param first The line above the rule; undefined if the table has none
 */
export function tableRows(first: TableLine | undefined, lines: readonly TableLine[]): TableRow[] {
  const header = new TableHeader();
  if (first !== undefined) header.add(first);
  let section = '';
  let isHeader = true;
  const rows: TableRow[] = [];
  for (const line of lines) {
    const filled = filledCells(line);
    const [label = '', ...values] = line.cells;
    if (filled.length === 0) continue;
    isHeader &&= label === '' && filled.every((cell) => LABEL.test(cell));
    if (isHeader) header.add(line);
    else if (filled.length === 1 && label !== '' && values.length > 0) section = label.replace(/:$/u, '');
    else {
      const context = [header.nameOf(0), header.title, section].filter((part) => part !== '').join(' ');
      rows.push({ text: statementOf(line, header, section), context, start: line.start, end: line.end });
    }
  }
  return rows;
}

function statementOf({ cells }: TableLine, header: TableHeader, section: string): string {
  const [label = '', ...values] = cells;
  const named = values.flatMap((cell, index) => {
    if (cell === '') return [];
    const name = header.nameOf(index + 1);
    return [name === '' || name === cell ? cell : `${name}: ${cell}`];
  });
  const hasFigures = values.some((cell) => /\d/u.test(cell));
  const lead = [hasFigures ? section : '', label].filter((part) => part !== '').join(', ');
  if (lead === '' || named.length === 0) return lead + named.join('; ');
  return `${lead}${label.length > SENTENCE_LENGTH ? '. ' : ', '}${named.join('; ')}`;
}
