import { wrapAnsi } from 'fast-wrap-ansi';
import { documentTerms, lexicalQuery } from '../documents/lexical/index.ts';
import { displayWidth } from './output.ts';
import { style } from './terminal.ts';

const DEFAULT_COLUMNS = 100;
const LEAST_COLUMNS = 40;

/** Maximum number of characters shown of a text. */
export const SHOWN_CHARACTERS = 2_000;

/** Columns of the terminal, or a readable default for other outputs. */
export const outputColumns = (): number => Math.max(LEAST_COLUMNS, process.stdout.columns ?? DEFAULT_COLUMNS);

/** Wraps text to `columns` columns between words; words longer than a line are split. */
export const wrapped = (text: string, columns: number): readonly string[] =>
  wrapAnsi(text.replaceAll(/\s+/g, ' ').trim(), columns, { hard: true }).split('\n');

/** A word for highlighting; search splits words further. */
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_.'’-]*[\p{L}\p{M}\p{N}])?[+#]*/gu;

/** Highlights the words of a text that lexical search matches with the question. */
export function highlighter(question: string): (text: string) => string {
  const queryTerms = new Set(lexicalQuery(question));
  return (text) =>
    text.replaceAll(WORD, (word) =>
      documentTerms(word).some((term) => queryTerms.has(term)) ? style.bold(word) : word,
    );
}

/** Wraps streamed text between words for a terminal; text for a pipe is unchanged. */
export class StreamedLines {
  readonly #columns: number;
  #column = 0;
  #pending = '';

  constructor(columns = process.stdout.isTTY ? outputColumns() : Number.POSITIVE_INFINITY) {
    this.#columns = columns;
  }

  /** Returns the text that can be written now; a word that may continue is held back. */
  push(text: string): string {
    if (this.#columns === Number.POSITIVE_INFINITY) return text;
    this.#pending += text;
    const characters = Array.from(this.#pending);
    const last = characters.findLastIndex(
      (character) => /\s/.test(character) || displayWidth(character) === 2,
    );
    const at = characters.slice(0, last + 1).join('').length;
    const whole = this.#pending.slice(0, at);
    this.#pending = this.#pending.slice(at);
    return this.#placed(whole);
  }

  /** Ends the text: returns the word that was held back. */
  end(): string {
    const rest = this.#placed(this.#pending);
    this.#pending = '';
    return rest;
  }

  #placed(text: string): string {
    let placed = '';
    for (const piece of pieces(text)) {
      if (piece === '\n') this.#column = 0;
      const width = piece === '\n' ? 0 : displayWidth(piece);
      if (this.#column > 0 && this.#column + width > this.#columns) {
        placed += '\n';
        this.#column = 0;
        if (/^\s/.test(piece)) continue;
      }
      placed += piece;
      this.#column += width;
    }
    return placed;
  }
}

/**
 * Splits into line breaks, white space, words and single wide characters; lines may break around the latter.
 */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  for (const part of text.match(/\n|[^\S\n]+|\S+/g) ?? []) {
    let word = '';
    for (const character of part) {
      if (displayWidth(character) !== 2) {
        word += character;
        continue;
      }
      if (word !== '') found.push(word);
      found.push(character);
      word = '';
    }
    if (word !== '') found.push(word);
  }
  return found;
}
