/** A line (from 0) at which a source may be split for parsing. */
export interface Cut {
  readonly line: number;
  /** Whether the split may be inside a block, because the block is too long to parse in one piece. */
  readonly isForced: boolean;
}

/** Sources up to this many characters are parsed in one piece. */
const STRETCH_CHARACTERS = 1_000;
/** Blocks longer than this are split, unless they are code or HTML that does not end at a blank line. */
const MAX_CHARACTERS = 4_000;

/**
 * The lines at which a long source is split, because the parser's time is superlinear. Splits are where no
 * block is open, or within long lists, quotes, tables and paragraphs.
 */
export function cutLines(text: string, stretchCharacters = STRETCH_CHARACTERS): readonly Cut[] {
  const cuts: Cut[] = [{ line: 0, isForced: false }];
  if (text.length <= stretchCharacters) return cuts;
  const scanner = new OpenBlocks();
  let stretch = 0;
  for (const [number, line] of text.split('\n').entries()) {
    const open = scanner.before(line);
    const isForced = open === 'unknown' && stretch > MAX_CHARACTERS;
    if (isForced || (open === 'nothing' && stretch > stretchCharacters)) {
      cuts.push({ line: number, isForced });
      stretch = 0;
    }
    stretch += line.length + 1;
  }
  return cuts;
}

const HEADING = /^#{1,6}(?:\s|$)/;
const LIST_ITEM = /^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;
const UNDERLINE = /^(?:=+|-+)\s*$/;
/** Lines that can only start or continue a paragraph, unless they contain the `|` of a table. */
const WORDS = /^ {0,3}[\p{L}\p{N}("'`]/u;
const MORE_WORDS = /^\s*[\p{L}\p{N}("'`[]/u;
const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})([\s\S]*)/;
const HTML = /^ {0,3}</;
/** HTML that ends at a specific mark instead of a blank line, so it may contain text that looks like headings. */
const MARKED_HTML: readonly { readonly start: RegExp; readonly end: RegExp }[] = [
  { start: /^ {0,3}<!(?=--)/, end: /-->/ },
  { start: /^ {0,3}<(?=\?)/, end: /\?>/ },
  { start: /^ {0,3}<!\[CDATA\[/, end: /\]\]>/ },
  { start: /^ {0,3}<!(?=[a-z])/i, end: />/ },
  {
    start: /^ {0,3}<(?:script|pre|style|textarea)(?=[\s>]|$)/i,
    end: /<\/(?:script|pre|style|textarea)>/i,
  },
];

/**
 * Tracks the open top-level blocks of a source (CommonMark 0.31) line by line. Reports 'unknown' if in doubt.
 */
class OpenBlocks {
  /** Whether no block other than a paragraph is open. */
  #isTop = true;
  #isParagraph = false;
  #isList = false;
  /** HTML that ends at a blank line. */
  #isHtml = false;
  #isAfterBlank = false;
  /** The marks of an open code fence. */
  #fence = '';
  /** Mark that ends the open HTML. */
  #htmlEnd: RegExp | undefined;
  /** Whether the fence or HTML may be inside a list item or other HTML, and end where that ends. */
  #isUnsure = false;

  /** The state before `line`; call it for every line in order. */
  before(line: string): 'nothing' | 'verbatim' | 'unknown' {
    if (this.#fence !== '' || this.#htmlEnd !== undefined) {
      this.#leaveVerbatim(line);
      return this.#isUnsure ? 'unknown' : 'verbatim';
    }
    const isBlank = line.trim() === '';
    const endsAll = HEADING.test(line) || (this.#isAfterBlank && /^\S/.test(line) && !LIST_ITEM.test(line));
    this.#isAfterBlank = isBlank;
    if (isBlank || (endsAll && !this.#isHtml)) this.#isParagraph = false;
    if (endsAll && !this.#isHtml) {
      this.#isTop = true;
      this.#isList = false;
    }
    const open = this.#isTop && !this.#isParagraph ? 'nothing' : 'unknown';
    if (isBlank) this.#isHtml = false;
    else this.#enter(line);
    return open;
  }

  #enter(line: string): void {
    const fence = FENCE.exec(line);
    const html = MARKED_HTML.find(({ start }) => start.test(line));
    const words = this.#isParagraph ? MORE_WORDS : WORDS;
    // A line of equals signs starts a paragraph unless it underlines one.
    const isEquals = line.startsWith('=') && UNDERLINE.test(line);
    const isPlain = HEADING.test(line) || isEquals || (words.test(line) && !line.includes('|'));
    if (fence !== null || html !== undefined) {
      this.#isUnsure = this.#isHtml || (this.#isList && line.startsWith(' '));
      this.#isParagraph = false;
      if (fence !== null) this.#fence = fence[2]!;
      else if (html !== undefined && !html.end.test(line.replace(html.start, ''))) this.#htmlEnd = html.end;
    } else if (this.#isTop && UNDERLINE.test(line) && (this.#isParagraph || line.startsWith('---'))) {
      this.#isParagraph = false;
    } else if (LIST_ITEM.test(line)) {
      this.#isTop = false;
      this.#isList = true;
    } else if (HTML.test(line)) {
      this.#isTop = false;
      this.#isHtml = true;
    } else if (this.#isTop && isPlain) {
      this.#isParagraph = !HEADING.test(line);
    } else {
      this.#isTop = false;
    }
  }

  #leaveVerbatim(line: string): void {
    if (this.#htmlEnd?.test(line)) this.#htmlEnd = undefined;
    const [, , mark = '', rest = ''] = this.#fence === '' ? [] : (FENCE.exec(line) ?? []);
    if (mark !== '' && mark.startsWith(this.#fence) && rest.trim() === '') this.#fence = '';
  }
}
