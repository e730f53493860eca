/**
 * What decides the block structure of a line of prose: its indentation and marks up to the first letter. Lines that
 * start a fence, HTML or a link definition, and those with `|` (tables) or `>` (which may end HTML) count whole.
 */
const PROSE_START = /^[\s\d.)>*+#"'(_!:`=-]*\p{L}/u;
const FENCE = /^[\s>\d.)*+-]*`{3}/;

/** A Markdown source with its lines of prose cut after their first letter, line by line beside the original. */
export interface Skeleton {
  readonly text: string;
  /** Offset into the original of a position (line and column from 1) in the skeleton. */
  toOffset(line: number, column: number): number;
}

/**
 * The block structure of a source in a fraction of its length: the parser's time goes by characters, and most of
 * them are prose that cannot change which blocks there are.
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

/** Deeper quotes and lists are text: the parser's time grows with the cube of their depth. */
const DEEPEST =
  /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))){20}(?=[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t]))/;
const RULE = /^[-*_ \t]+$/;
/** Lines that are nothing but marks: rules, underlines, the second rows of tables. */
const MARKS_ALONE = /^[-*_=|: \t]+$/;
/** What no block depends on so far into a line of words; to the parser each is a token of its own. */
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
