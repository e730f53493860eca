/**
 * The part of a line of prose that determines the block structure: indentation and marks up to the first letter. Lines
 * that start a fence, HTML or a link definition, and lines with `|` (tables) or `>` (may end HTML), are kept whole.
 */
const PROSE_START = /^[\s\d.)>*+#"'(_!:`=-]*\p{L}/u;
const FENCE = /^[\s>\d.)*+-]*`{3}/;

/**
 * A Markdown source whose lines of prose are truncated after their first letter. Line numbers stay the same.
 */
export interface Skeleton {
  readonly text: string;
  /** Converts a position in the skeleton (line and column from 1) to an offset in the original. */
  toOffset(line: number, column: number): number;
}

/**
 * Reduces a source to its block structure. The parser's time depends on the length of the source, most of
 * which is prose that does not affect the blocks.
 */
export function skeletonOf(source: string): Skeleton {
  const starts: number[] = [];
  const originalLengths: number[] = [];
  let start = 0;
  const lines = source.split('\n').map((line) => {
    starts.push(start);
    originalLengths.push(line.length);
    start += line.length + 1;
    return skeletonLine(line);
  });
  return {
    text: lines.join('\n'),
    toOffset(line, column) {
      const isLineEnd = column - 1 >= (lines[line - 1]?.length ?? 0);
      return (
        (starts[line - 1] ?? source.length) + (isLineEnd ? (originalLengths[line - 1] ?? 0) : column - 1)
      );
    },
  };
}

/**
 * Quotes and lists that are nested deeper are treated as text, because the parser's time is cubic in their
 * depth.
 */
const DEEPEST =
  /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))){20}(?=[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t]))/;
const RULE = /^[-*_ \t]+$/;
/** Lines of marks only: rules, underlines, delimiter rows of tables. */
const MARKS_ALONE = /^[-*_=|: \t]+$/;
/**
 * Marks that do not affect the blocks if `INLINE_FROM` characters of the line precede them, but for each of
 * which the parser creates a token.
 */
const INLINE_MARKS = /[ !&*_[]|<(?!\/)/g;
const INLINE_FROM = 1_000;

function skeletonLine(line: string): string {
  const containers = DEEPEST.exec(line);
  if (containers !== null && !RULE.test(line)) return `${containers[0]} a`;
  const prefix = PROSE_START.exec(line)?.[0];
  const isProse = prefix !== undefined && !FENCE.test(prefix);
  if (isProse && !line.includes('|', prefix.length) && !line.includes('>', prefix.length)) return prefix;
  if (MARKS_ALONE.test(line)) return line;
  return line.slice(0, INLINE_FROM) + line.slice(INLINE_FROM).replace(INLINE_MARKS, 'a');
}
