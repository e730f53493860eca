import type { Block } from '../../../core/index.ts';

const LEADING_BLANK_LINES = /^(?:[^\S\n]*\n)+/;

interface Open {
  readonly kind: Block['kind'];
  readonly level: number;
  readonly start: number;
  /** Index of its first piece. */
  readonly piece: number;
}

/**
 * Builds a page's text: white space folded outside preformatted text, one blank line between paragraphs, one line
 * an item or table row, cells joined by ` | `. Lists and tables are one block however much is nested in them.
 */
export class TextBuilder {
  readonly #pieces: string[] = [];
  readonly #blocks: Block[] = [];
  #length = 0;
  #open: Open | undefined;
  /** Nested lists, tables and headings inside the open block. */
  #depth = 0;
  /** White space owed before the next word: '', ' ', '\n' or '\n\n'. */
  #owed = '';
  #prefix = '';
  #paragraphStart: number | undefined;
  #rowHasCells = false;
  /** How many preformatted elements are open, in whatever block. */
  #preformatted = 0;
  /** White space at the end of what preformatted elements held so far; undefined before their first word. */
  #held: string | undefined;

  write(text: string): void {
    if (this.#preformatted > 0) {
      this.#writeAsIs(text);
      return;
    }
    const folded = text.replace(/[\s\u00a0]+/g, ' ');
    if (folded === '' || folded === ' ') {
      if (folded === ' ') this.#owe(' ');
      return;
    }
    if (folded.startsWith(' ')) this.#owe(' ');
    this.#settle();
    this.#append(folded.trim());
    if (folded.endsWith(' ')) this.#owe(' ');
  }

  /** Begins a block; gives what ends it. Inside another list, table or code it only indents the structure. */
  open(kind: Exclude<Block['kind'], 'paragraph'>, level = 0): () => void {
    if (this.#open !== undefined) {
      this.#owe('\n');
      this.#depth += 1;
      return () => {
        this.#depth -= 1;
        this.#owe('\n');
      };
    }
    this.breakParagraph();
    this.#flushOwed();
    const open: Open = { kind, level, start: this.#length, piece: this.#pieces.length };
    this.#open = open;
    this.#depth = 0;
    return () => this.#close(open);
  }

  /** Begins preformatted text, a block of its own unless it is part of another; gives what ends it. */
  preformatted(): () => void {
    if (this.#open?.kind === 'heading') return () => {};
    const close = this.open('code');
    this.#preformatted += 1;
    this.#held = undefined;
    return () => {
      this.#preformatted -= 1;
      this.#held = this.#preformatted > 0 ? '' : undefined;
      close();
    };
  }

  /** Begins a line (an item, a row); gives what ends it. */
  line(prefix: string): () => void {
    this.#owe('\n');
    this.#prefix = prefix === '' ? '' : '  '.repeat(Math.min(this.#depth, 8)) + prefix;
    this.#rowHasCells = false;
    return () => {
      this.#prefix = '';
      this.#owe('\n');
    };
  }

  cell(): void {
    if (this.#rowHasCells) {
      this.#append(' |');
      this.#owed = ' ';
    }
    this.#rowHasCells = true;
  }

  breakLine(): void {
    if (this.#preformatted > 0) this.write('\n');
    else this.#owe('\n');
  }

  breakParagraph(): void {
    if (this.#open !== undefined) {
      if (this.#preformatted > 0) this.#owe('\n');
      else if (this.#open.kind !== 'table') this.#owe(this.#open.kind === 'heading' ? ' ' : '\n');
      else this.#owe(' ');
      return;
    }
    if (this.#paragraphStart !== undefined && this.#length > this.#paragraphStart) {
      this.#blocks.push({ kind: 'paragraph', start: this.#paragraphStart, end: this.#length });
    }
    this.#paragraphStart = undefined;
    this.#owe('\n\n');
  }

  finish(): { readonly text: string; readonly blocks: readonly Block[] } {
    if (this.#open !== undefined) this.#close(this.#open);
    this.breakParagraph();
    return { text: this.#pieces.join(''), blocks: this.#blocks };
  }

  /** Writes preformatted text without the blank lines at its ends. */
  #writeAsIs(text: string): void {
    const words = text.trimEnd();
    const end = text.slice(words.length);
    if (words === '') {
      this.#held = this.#held === undefined ? (end.includes('\n') ? undefined : end) : this.#held + end;
      return;
    }
    if (this.#held?.includes('\n')) this.#owed = '';
    this.#settle();
    this.#append(this.#held === undefined ? words.replace(LEADING_BLANK_LINES, '') : this.#held + words);
    this.#held = end;
  }

  #close(open: Open): void {
    if (this.#open !== open) return;
    this.#open = undefined;
    this.#owed = '';
    this.#prefix = '';
    if (this.#length > open.start) {
      const { kind, start, level } = open;
      const title =
        kind === 'heading' ? this.#pieces.slice(open.piece).join('').replace(/\s+/g, ' ').trim() : '';
      this.#blocks.push({ kind, start, end: this.#length, ...(kind === 'heading' ? { level, title } : {}) });
    }
    this.#owe('\n\n');
  }

  #owe(space: string): void {
    if (space.length > this.#owed.length || (space === '\n' && this.#owed === ' ')) this.#owed = space;
  }

  #flushOwed(): void {
    if (this.#length > 0) this.#append(this.#owed);
    this.#owed = '';
  }

  /** Writes the white space that is due before a word, and notes where a paragraph starts. */
  #settle(): void {
    const isBlockStart = this.#open !== undefined && this.#length === this.#open.start;
    if (isBlockStart) this.#owed = '';
    this.#flushOwed();
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
