import type { Block } from '../../../core/index.ts';

const LEADING_BLANK_LINES = /^(?:[^\S\n]*\n)+/;

interface Open {
  readonly kind: Block['kind'];
  readonly level: number;
  readonly start: number;
  /** Index of the block's first piece. */
  readonly piece: number;
}

/**
 * Builds a page's text. White space is collapsed outside preformatted text, a blank line separates
 * paragraphs, every list item or table row is one line, and ` | ` joins cells. A list or table is one block
 * with everything nested in it.
 */
export class TextBuilder {
  readonly #pieces: string[] = [];
  readonly #blocks: Block[] = [];
  #length = 0;
  #open: Open | undefined;
  /** Number of open lists, tables and headings nested in the open block. */
  #depth = 0;
  /** Pending white space before the next word: '', ' ', '\n' or '\n\n'. */
  #pendingSpace = '';
  #prefix = '';
  #paragraphStart: number | undefined;
  #rowHasCells = false;
  #rowHasText = false;
  /** Number of open preformatted elements, in any block. */
  #preformatted = 0;
  /** Trailing white space of the open preformatted text; undefined before its first word. */
  #trailingSpace: string | undefined;

  write(text: string): void {
    if (this.#preformatted > 0) {
      this.#writeAsIs(text);
      return;
    }
    const folded = text.replace(/[\s\u00a0]+/g, ' ');
    if (folded === '' || folded === ' ') {
      if (folded === ' ') this.#addSpace(' ');
      return;
    }
    if (folded.startsWith(' ')) this.#addSpace(' ');
    this.#beginWord();
    this.#append(folded.trim());
    if (folded.endsWith(' ')) this.#addSpace(' ');
  }

  /** Begins a block; returns the callback that ends it. Inside another block it only affects indentation. */
  open(kind: Exclude<Block['kind'], 'paragraph'>, level = 0): () => void {
    if (this.#open !== undefined) {
      this.#addSpace('\n');
      this.#depth += 1;
      return () => {
        this.#depth -= 1;
        this.#addSpace('\n');
      };
    }
    this.breakParagraph();
    this.#flushSpace();
    const open: Open = { kind, level, start: this.#length, piece: this.#pieces.length };
    this.#open = open;
    this.#depth = 0;
    return () => this.#close(open);
  }

  /** Begins preformatted text, in a new block unless one is open; returns the callback that ends it. */
  preformatted(): () => void {
    if (this.#open?.kind === 'heading') return () => {};
    const close = this.open('code');
    this.#preformatted += 1;
    this.#trailingSpace = undefined;
    return () => {
      this.#preformatted -= 1;
      this.#trailingSpace = this.#preformatted > 0 ? '' : undefined;
      close();
    };
  }

  /** Begins a line (an item or row); returns the callback that ends it. */
  line(prefix: string): () => void {
    this.#addSpace('\n');
    this.#prefix = prefix === '' ? '' : '  '.repeat(Math.min(this.#depth, 8)) + prefix;
    this.#rowHasCells = false;
    this.#rowHasText = false;
    return () => {
      this.#prefix = '';
      this.#addSpace('\n');
    };
  }

  cell(): void {
    if (this.#rowHasCells) {
      // If the first cell is empty, the line begins here.
      const isFirst = !this.#rowHasText;
      if (isFirst) this.#beginWord();
      this.#append(isFirst ? '|' : ' |');
      this.#pendingSpace = ' ';
    }
    this.#rowHasCells = true;
  }

  breakLine(): void {
    if (this.#preformatted > 0) this.write('\n');
    else this.#addSpace('\n');
  }

  breakParagraph(): void {
    if (this.#open !== undefined) {
      if (this.#preformatted > 0) this.#addSpace('\n');
      else if (this.#open.kind !== 'table') this.#addSpace(this.#open.kind === 'heading' ? ' ' : '\n');
      else this.#addSpace(' ');
      return;
    }
    if (this.#paragraphStart !== undefined && this.#length > this.#paragraphStart) {
      this.#blocks.push({ kind: 'paragraph', start: this.#paragraphStart, end: this.#length });
    }
    this.#paragraphStart = undefined;
    this.#addSpace('\n\n');
  }

  finish(): { readonly text: string; readonly blocks: readonly Block[] } {
    if (this.#open !== undefined) this.#close(this.#open);
    this.breakParagraph();
    return { text: this.#pieces.join(''), blocks: this.#blocks };
  }

  /** Writes preformatted text without leading and trailing blank lines. */
  #writeAsIs(text: string): void {
    const words = text.trimEnd();
    const end = text.slice(words.length);
    if (words === '') {
      this.#trailingSpace =
        this.#trailingSpace === undefined
          ? end.includes('\n')
            ? undefined
            : end
          : this.#trailingSpace + end;
      return;
    }
    if (this.#trailingSpace?.includes('\n')) this.#pendingSpace = '';
    this.#beginWord();
    this.#append(
      this.#trailingSpace === undefined
        ? words.replace(LEADING_BLANK_LINES, '')
        : this.#trailingSpace + words,
    );
    this.#trailingSpace = end;
  }

  #close(open: Open): void {
    if (this.#open !== open) return;
    this.#open = undefined;
    this.#pendingSpace = '';
    this.#prefix = '';
    if (this.#length > open.start) {
      const { kind, start, level } = open;
      const title =
        kind === 'heading' ? this.#pieces.slice(open.piece).join('').replace(/\s+/g, ' ').trim() : '';
      this.#blocks.push({ kind, start, end: this.#length, ...(kind === 'heading' ? { level, title } : {}) });
    }
    this.#addSpace('\n\n');
  }

  #addSpace(space: string): void {
    if (space.length > this.#pendingSpace.length || (space === '\n' && this.#pendingSpace === ' '))
      this.#pendingSpace = space;
  }

  #flushSpace(): void {
    if (this.#length > 0) this.#append(this.#pendingSpace);
    this.#pendingSpace = '';
  }

  /** Writes the pending white space before a word, and records the start of a paragraph. */
  #beginWord(): void {
    const isBlockStart = this.#open !== undefined && this.#length === this.#open.start;
    if (isBlockStart) this.#pendingSpace = '';
    this.#flushSpace();
    this.#rowHasText = true;
    if (this.#open === undefined) this.#paragraphStart ??= this.#length;
    if (this.#prefix !== '') {
      this.#append(this.#prefix);
      this.#prefix = '';
    }
  }

  #append(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
  }
}
