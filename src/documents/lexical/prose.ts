/** A half-open range of UTF-16 offsets: `text.slice(start, end)`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
/** Marks before the prose of a line: block quote marks, list marks and task boxes. */
const LEADING_MARKS = /^(?:\s|>|[-*+•](?=\s)|\d{1,3}[.)](?=\s)|\[[ xX]\](?=\s))+/;
/**
 * Lines without prose: headings, table rows, rules and underlines, admonition and container marks, tags alone on a
 * line, comments, includes, link definitions.
 */
const NO_PROSE =
  /^[-=*_~+:|\s]{3,}$|^\s*(?:#{1,6}(?:\s|$)|\||\/\/\/|:::|!{3}|\?{3}|<\/?[a-zA-Z!][^>]*>\s*$|<!--|\{[*%{]|\[[^\]]+\]:\s|\[![A-Z]+\]\s*$|!\[[^\]]*\]\([^)]*\)\s*$)/;
/** A line that turns the line above into a heading or a table header. */
const UNDERLINE = /^(?:=+|-{2,}|\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?)$/;

/**
 * The ranges of prose in plain text or Markdown, in order: paragraphs and list items without their marks. Headings,
 * code fences, tables, container marks and tags are excluded. A range may span lines.
 */
export function proseRanges(text: string): TextRange[] {
  const found: TextRange[] = [];
  let open: { start: number; end: number } | undefined;
  let fence: string | undefined;
  const close = () => {
    if (open !== undefined && open.end > open.start) found.push(open);
    open = undefined;
  };
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end);
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) {
      close();
      fence = mark;
    } else if (line.trim() === '') {
      close();
    } else if (open !== undefined && UNDERLINE.test(line.trim())) {
      open = undefined;
    } else if (NO_PROSE.test(line)) {
      close();
    } else {
      const marks = LEADING_MARKS.exec(line)?.[0] ?? '';
      // An indented line continues a paragraph, and a list or quote mark starts a new one.
      if (marks.trim() !== '') close();
      const start = at + marks.length;
      const stop = at + line.trimEnd().length;
      if (stop > start) open = open === undefined ? { start, end: stop } : { start: open.start, end: stop };
    }
    at = end + 1;
  }
  close();
  return found;
}
