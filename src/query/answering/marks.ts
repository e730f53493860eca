import { citationMarks } from '../../models/generators/index.ts';

/** The numbers of a citation mark, and the white space before it. */
export interface MarkPiece {
  readonly kind: 'mark';
  readonly numbers: readonly number[];
  readonly space: string;
}

/** A piece of an answer. */
export type Piece = MarkPiece | { readonly kind: 'text'; readonly text: string };

/** Maximum buffered length of a code span, run of backticks, code fence line or run of spaces. */
const MAX_BUFFERED = 1_000;
const MAY_BE_MARK = /^(?:[[\uff3b\u3010][\d\s,;\u2013-]{0,40})?$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const FENCE_BEGUN = /^ {0,3}[`~]{0,2}$/;

/**
 * Finds the marks of a streamed answer: `[1]`, `[1, 2]`, `[1-3]`, also in full-width brackets. Code is
 * ignored: `items[1]` between backticks, and code blocks. Text that may become a mark is buffered until
 * enough input has arrived.
 */
export class MarkScanner {
  #pending = '';
  #fence: string | undefined;
  #isLineStart = true;

  /** Adds text; returns the pieces that are complete. */
  push(text: string): Piece[] {
    this.#pending += text;
    return this.#read(false);
  }

  /** Returns the remaining pieces at the end of the answer. */
  end(): Piece[] {
    return this.#read(true);
  }

  #read(isEnd: boolean): Piece[] {
    const pieces: Piece[] = [];
    const text = this.#pending;
    let at = 0;
    let from = 0;
    const flush = (): void => {
      if (at > from) pieces.push({ kind: 'text', text: text.slice(from, at) });
    };
    while (at < text.length) {
      const length = this.#lengthAt(text, at, isEnd);
      if (length === 0) break;
      if (typeof length === 'number') {
        at += length;
        this.#isLineStart = text[at - 1] === '\n';
        continue;
      }
      flush();
      pieces.push(length.piece);
      at += length.length;
      from = at;
      this.#isLineStart = false;
    }
    flush();
    this.#pending = text.slice(at);
    return pieces;
  }

  /** A mark, or the number of characters from here that are text; 0 if more input is needed. */
  #lengthAt(
    text: string,
    at: number,
    isEnd: boolean,
  ): number | { readonly piece: Piece; readonly length: number } {
    if (this.#isLineStart) {
      const line = this.#fenceLine(text, at, isEnd);
      if (line !== undefined) return line;
    }
    if (this.#fence !== undefined) return 1;
    const character = text.charAt(at);
    if (character === '`') return codeSpan(text, at, isEnd);
    if (/\s/.test(character) || '[\uff3b\u3010'.includes(character)) return markOrText(text, at, isEnd);
    return 1;
  }

  /** Length of a line that opens or closes a code block; undefined for others, 0 if more input is needed. */
  #fenceLine(text: string, at: number, isEnd: boolean): number | undefined {
    const begin = text.slice(at, at + MAX_BUFFERED);
    const newline = begin.indexOf('\n');
    const isOpenEnded = newline === -1 && begin.length < MAX_BUFFERED && !isEnd;
    const mark = FENCE.exec(begin)?.[1];
    if (mark === undefined) return isOpenEnded && FENCE_BEGUN.test(begin) ? 0 : undefined;
    if (isOpenEnded) return 0;
    if (this.#fence === undefined) this.#fence = mark;
    else if (mark.startsWith(this.#fence)) this.#fence = undefined;
    return newline === -1 ? begin.length : newline + 1;
  }
}

/** Length of a code span, or of its backticks if the line does not close them; 0 if more input is needed. */
function codeSpan(text: string, at: number, isEnd: boolean): number {
  let open = at;
  while (text[open] === '`' && open - at < MAX_BUFFERED) open += 1;
  if (open - at === MAX_BUFFERED) return MAX_BUFFERED;
  const ahead = text.slice(open, open + MAX_BUFFERED);
  const line = ahead.split('\n', 1)[0]!;
  const ticks = text.slice(at, open);
  const close = line.indexOf(ticks);
  if (close !== -1) return open - at + close + ticks.length;
  return line === ahead && line.length < MAX_BUFFERED && !isEnd ? 0 : open - at;
}

function markOrText(
  text: string,
  at: number,
  isEnd: boolean,
): number | { readonly piece: Piece; readonly length: number } {
  let open = at;
  while (open - at < MAX_BUFFERED && /[^\S\n]/.test(text.charAt(open))) open += 1;
  if (open - at === MAX_BUFFERED) return MAX_BUFFERED;
  const rest = text.slice(open, open + 44);
  if (!isEnd && MAY_BE_MARK.test(rest)) return 0;
  const [found] = citationMarks(rest);
  if (found?.start !== 0) return Math.max(1, open - at);
  const piece: Piece = { kind: 'mark', numbers: found.numbers, space: text.slice(at, open) };
  return { piece, length: open - at + found.end };
}
