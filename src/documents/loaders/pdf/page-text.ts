/** A run of characters on a page, as PDF.js gives it. */
export interface PageItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** Matrix of the text; the last two are x and y from the lower left corner. */
  readonly transform: readonly number[];
}

/** A step down of more than this many line heights begins a paragraph. */
const PARAGRAPH_STEP = 1.7;
/** A hyphen at the end of a line between small letters is taken for a word cut by the typesetter. */
const CUT_WORD = /(\p{Ll})[-\u00ad\u2010]\n(?=\p{Ll})/gu;

/** The text of a page: lines as they stand, a blank line where the distance grows, cut words joined. */
export function pageText(items: readonly PageItem[]): string {
  let text = '';
  // Reading the end of a text that grows would copy it each time.
  let isLineStart = false;
  let lastY: number | undefined;
  let lineHeight = 0;
  for (const item of items) {
    if (item.str !== '') {
      const y = item.transform[5] ?? 0;
      const step = lastY === undefined ? 0 : lastY - y;
      if (step > Math.max(lineHeight, item.height) * PARAGRAPH_STEP && isLineStart) text += '\n';
      if (item.str.trim() !== '') {
        lastY = y;
        lineHeight = item.height;
      }
      text += item.str;
      isLineStart = item.str.endsWith('\n');
    }
    if (item.hasEOL) {
      text += '\n';
      isLineStart = true;
    }
  }
  return text
    .replace(/(?<![^\S\n])[^\S\n]+\n/g, '\n')
    .replace(CUT_WORD, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
