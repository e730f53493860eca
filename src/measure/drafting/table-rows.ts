import { plainText } from '../../core/index.ts';

/** A question made of a row's subject and the name of a column. The cell is its answer. */
export interface TableRow {
  readonly question: string;
  readonly answer: string;
}

const MAX_SUBJECT = 80;
const MAX_ANSWER = 100;
const RULE = /^(?=.*-)[\s|:-]+$/;

/** Makes one question per table row: a row of a Markdown table, or one whose cells are separated by ` | `. */
export function tableRows(lines: readonly string[]): readonly TableRow[] {
  const rows: TableRow[] = [];
  let heads: readonly string[] | undefined;
  let position = 0;
  for (const [index, line] of lines.entries()) {
    const cells = cellsOf(line);
    if (cells === undefined) heads = undefined;
    else if (heads === undefined) [heads, position] = [isHead(line, lines[index + 1]) ? cells : [], 0];
    else if (cells.length === heads.length && !RULE.test(line)) {
      const column = 1 + (position++ % (heads.length - 1));
      rows.push(...rowOf(cells[0]!, heads[column]!, cells[column]!));
    }
  }
  return rows;
}

/** Whether a line is the header of a table. A chunk may begin after the header. */
const isHead = (line: string, next: string | undefined): boolean =>
  next !== undefined &&
  (line.trimStart().startsWith('|') ? RULE.test(next) : RULE.test(next) || !/\p{N}/u.test(line));

function rowOf(subject: string, head: string, answer: string): readonly TableRow[] {
  const isAsked = /\p{L}/u.test(subject) && /\p{L}/u.test(head) && /[\p{L}\p{N}]/u.test(answer);
  const isShort = subject.length <= MAX_SUBJECT && answer.length <= MAX_ANSWER;
  return isAsked && isShort && !subject.includes(answer) ? [{ question: `${subject}: ${head}`, answer }] : [];
}

/** Splits a line into at least two cells; undefined for other lines. */
function cellsOf(line: string): readonly string[] | undefined {
  const row = line.trim();
  if (!row.startsWith('|') && !row.includes(' | ')) return undefined;
  const cells = row
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map(plainText);
  return cells.length < 2 ? undefined : cells;
}
