/** A half-open range of UTF-16 offsets: `text.slice(start, end)`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
/** Marks before the prose of a line: list marks and task boxes. */
const LEADING_MARKS = /^(?:\s|[-*+•](?=\s)|\d{1,3}[.)](?=\s)|\[[ xX]\](?=\s))+/;
const QUOTE_MARKS = /^\s*(?:>\s?)+/;
/**
 * Lines without prose: headings, table rows, rules and underlines, admonition and container marks, tags alone on a
 * line, comments, includes, link definitions.
 */
const NO_PROSE =
  /^[-=*_~+:|\s]{3,}$|^\s*(?:#{1,6}(?:\s|$)|\||\/\/\/|:::|!{3}|\?{3}|<\/?[a-zA-Z!][^>]*>\s*$|<!--|\{[*%{]|\[[^\]]+\]:\s|\[![A-Z]+\]\s*$|!\[[^\]]*\]\([^)]*\)\s*$)/;
/** A line that turns the line above into a heading or a table header. */
const UNDERLINE = /^(?:=+|-{2,}|\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?)$/;

/** A line of a table of Markdown. */
const PIPED = /^\s*\|/;
/** Cells that are joined in one line, as the HTML and DOCX loaders do. */
const JOINED = /\S \|(?: |$)/;
const CODE = /`[^`]*`/g;

/**
 * Whether a line is a row of a table or the rule below its header. Lines with ` | ` are rows if another row is above or
 * below.
 * @param nextLine Returns the line below
 */
export function isTableLine(line: string, isBelowRow: boolean, nextLine: () => string): boolean {
  if (PIPED.test(line)) return true;
  return isJoinedRow(line) && (isBelowRow || PIPED.test(nextLine()) || isJoinedRow(nextLine()));
}

const isJoinedRow = (line: string): boolean =>
  line.includes(' |') &&
  JOINED.test(line.replace(CODE, '')) &&
  (!NO_PROSE.test(line) || /^[\s|:-]+$/.test(line)) &&
  (LEADING_MARKS.exec(line)?.[0].trim() ?? '') === '';

/** A line without its block quote marks. */
export const withoutQuoteMarks = (line: string): string => line.replace(QUOTE_MARKS, '');

function lineAt(text: string, start: number): string {
  const newline = text.indexOf('\n', start);
  return withoutQuoteMarks(text.slice(start, newline === -1 ? text.length : newline));
}

/**
 * The ranges of prose in plain text or Markdown, in order: paragraphs and list items without their marks. Headings,
 * code fences, tables, container marks and tags are excluded. A range may span lines.
 */
export function proseRanges(text: string): TextRange[] {
  const found: TextRange[] = [];
  let open: { start: number; end: number; isQuoted: boolean; isItem: boolean } | undefined;
  let fence: string | undefined;
  let isTable = false;
  const close = () => {
    if (open !== undefined && open.end > open.start) found.push({ start: open.start, end: open.end });
    open = undefined;
  };
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const quote = QUOTE_MARKS.exec(text.slice(at, end))?.[0].length ?? 0;
    const line = text.slice(at + quote, end);
    const isQuoted = quote > 0;
    const mark = FENCE.exec(line)?.[1];
    isTable = fence === undefined && isTableLine(line, isTable, () => lineAt(text, end + 1));
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) {
      close();
      fence = mark;
    } else if (line.trim() === '' || isTable) {
      close();
    } else if (open !== undefined && UNDERLINE.test(line.trim())) {
      // Below a list item, dashes without indentation are a rule.
      if (open.isItem && /^-/.test(line)) close();
      else open = undefined;
    } else if (NO_PROSE.test(line)) {
      close();
    } else {
      const marks = LEADING_MARKS.exec(line)?.[0] ?? '';
      const isItem = marks.trim() !== '';
      // An indented line continues a paragraph, and a list mark or another block quote starts a new one.
      if (isItem || (isQuoted && open?.isQuoted === false)) close();
      const start = at + quote + marks.length;
      const stop = at + quote + line.trimEnd().length;
      if (stop > start) open = { start, isQuoted, isItem, ...open, end: stop };
    }
    at = end + 1;
  }
  close();
  return found;
}
