import type { TextRange } from '../../../../documents/lexical/index.ts';
import { quotableText } from './quotable-text.ts';

/** A line of a table. */
export interface TableLine extends TextRange {
  readonly text: string;
}

/** The cells of a line, as plain text. */
interface CellLine extends TextRange {
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
const YEAR = /^'?(?:19|20)\d{2}\*?$/u;
/** A first cell of this length is a sentence, which ends before the other cells. */
const SENTENCE_LENGTH = 80;

/** Maximum lines of a header. */
const MAX_HEADER = 4;
/** Maximum cells of a line. Wider tables are data, which no answer quotes. */
const MAX_CELLS = 200;

/** The line between the header and the rows. */
const isRule = (line: string): boolean => line.includes('-') && /^[\s|:+-]+$/u.test(line);

/**
 * Splits a line into plain cells; `\\|` does not end a cell.
 * @param isFramed Whether pipes surround the lines of the table, as in `| a | b |`
 */
function cellsOf(line: string, isFramed: boolean): string[] {
  const trimmed = line.trim();
  const inner = isFramed ? trimmed.replace(/^\|/u, '').replace(/(?<!\\)\|$/u, '') : trimmed;
  return inner.split(/(?<!\\)\|/u, MAX_CELLS).map((cell) => quotableText(cell.replaceAll('\\|', '|')));
}

const filledCells = ({ cells }: CellLine): string[] => cells.filter((cell) => cell !== '');

const isLabels = (line: CellLine): boolean =>
  filledCells(line).every((cell) => !/\d/u.test(cell) || /\p{L}/u.test(cell) || YEAR.test(cell));

/** Names of the columns, and the title above them. */
class TableHeader {
  readonly #names: string[] = [];
  title = '';

  add(line: CellLine): void {
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
 * The rows of a table as statements: `Total sales, 2019: $1,496.5; 2018: $1,202.9`. The lines above the rule are the
 * header; without a rule, as loaders deliver tables, a first line without figures is. Lines without a first cell at the
 * top continue the header; a line with only a first cell names the section of the rows below.
 */
export function tableRows(table: readonly TableLine[]): TableRow[] {
  const isFramed = table.every(({ text }) => text.trimStart().startsWith('|'));
  const rule = table.slice(0, MAX_HEADER + 1).findIndex(({ text }) => isRule(text));
  const all = table
    .filter(({ text }) => !isRule(text))
    .map(({ text, start, end }): CellLine => ({ cells: cellsOf(text, isFramed), start, end }));
  const isUnruledHeader = !isFramed && rule === -1 && all.length > 1 && isLabels(all[0]!);
  const headerLines = isUnruledHeader ? 1 : Math.max(0, rule);
  const header = new TableHeader();
  for (const line of all.slice(0, headerLines)) header.add(line);
  let section = '';
  let isHeader = true;
  const rows: TableRow[] = [];
  for (const line of all.slice(headerLines)) {
    const filled = filledCells(line);
    const [label = '', ...values] = line.cells;
    if (filled.length === 0) continue;
    isHeader &&= label === '' && isLabels(line);
    if (isHeader) header.add(line);
    else if (filled.length === 1 && label !== '' && values.length > 0) section = label.replace(/:$/u, '');
    else {
      const context = [header.nameOf(0), header.title, section].filter((part) => part !== '').join(' ');
      rows.push({ text: statementOf(line, header, section), context, start: line.start, end: line.end });
    }
  }
  return rows;
}

function statementOf({ cells }: CellLine, header: TableHeader, section: string): string {
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
