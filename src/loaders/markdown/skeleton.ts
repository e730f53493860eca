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

function skeletonLine(line: string): string {
  const prefix = PROSE_START.exec(line)?.[0];
  if (prefix === undefined || FENCE.test(prefix)) return line;
  return line.includes('|', prefix.length) || line.includes('>', prefix.length) ? line : prefix;
}

/** Sources up to this many characters are parsed in one piece. */
const STRETCH_CHARACTERS = 16_000;
const FENCE_LINE = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))([^`]*)$/;
/** HTML that ends at a mark of its own, not at a blank line: it may hold what looks like headings. */
const OPEN_HTML = /^ {0,3}<(?:!|\?|script|pre|style|textarea)/im;
const HEADING_LINE = /^#{1,6}(?:\s|$)/;

/**
 * Numbers (from 0) of the lines at which a long source may be cut and parsed piece by piece, because the parser's
 * time grows faster than its input: headings at the left edge end whatever is open, but for fences and such HTML.
 */
export function cutLines(text: string): readonly number[] {
  if (text.length <= STRETCH_CHARACTERS || OPEN_HTML.test(text)) return [0];
  const cuts = [0];
  let stretch = 0;
  let fence = '';
  for (const [number, line] of text.split('\n').entries()) {
    const [, mark = '', rest = ''] = FENCE_LINE.exec(line) ?? [];
    if (fence === '') fence = mark;
    else if (mark.startsWith(fence) && rest.trim() === '') fence = '';
    if (fence === '' && stretch > STRETCH_CHARACTERS && HEADING_LINE.test(line)) {
      cuts.push(number);
      stretch = 0;
    }
    stretch += line.length + 1;
  }
  return cuts;
}
