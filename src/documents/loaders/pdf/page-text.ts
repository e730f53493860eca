/** A run of characters on a page, as returned by PDF.js. */
export interface PageItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** Text matrix; the last two numbers are x and y from the lower left corner. */
  readonly transform: readonly number[];
}

/** A vertical step of more than this many line heights begins a paragraph. */
const PARAGRAPH_STEP = 1.7;
/** A word that was hyphenated at a line end: a hyphen between lower-case letters. */
const CUT_WORD = /(\p{Ll})[-\u00ad\u2010]\n(?=\p{Ll})/gu;

/**
 * The text of a page. Lines are kept, a blank line marks a larger distance, and hyphenated words are joined.
 */
export function pageText(items: readonly PageItem[]): string {
  let text = '';
  // Tracked separately, because reading the end of the growing text would copy it each time.
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
