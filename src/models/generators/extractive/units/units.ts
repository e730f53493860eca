import {
  isTableLine,
  splitSentences,
  type TextRange,
  withoutQuoteMarks,
} from '../../../../documents/lexical/index.ts';
import { quotableText } from './quotable-text.ts';
import { type TableLine, tableRows } from './table.ts';
import { looksLikeCode } from './unmarked-code.ts';

/** The smallest part of a passage that an answer quotes. Offsets are UTF-16 offsets in the passage's text. */
export interface Unit extends TextRange {
  readonly kind: 'sentence' | 'row' | 'code';
  /** Plain text, as an answer shows it: one line, except for code in a `sentence`. */
  readonly text: string;
  /** Units of a paragraph, a list item, a table or a code block have the same number. */
  readonly block: number;
  /** The mark of the list item that the unit begins, such as `-` or `1.`; otherwise empty. */
  readonly mark: string;
  /** The heading above the unit, and the names in a table that apply to it. */
  readonly heading: string;
}

const FENCE = /^\s*(`{3,}|~{3,})/u;
const HEADING = /^[ \t]*#{1,6}[ \t]+(\S.*)$/u;
const CONTROLS = /(?!\t)\p{Cc}/gu;
/** Longer lines of code are cut: no answer quotes them. */
const MAX_CODE_LINE = 2_000;
const TAG = /<\/?[a-zA-Z][^<>]*>/u;
/** A line below a heading without marks. */
const UNDERLINE = /^\s*(?:=+|-{2,})\s*$/u;
const LIST_MARK = /^\s*(?:>\s*)*([-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?$/u;
const HAS_CONTENT = /[\p{L}\p{N}]/u;

/** Splits a passage of plain text or Markdown into sentences, table rows and lines of code, in their order. */
export function unitsOf(text: string): Unit[] {
  return new UnitReader(text).read();
}

class UnitReader {
  readonly #text: string;
  readonly #units: Unit[] = [];
  #block = 0;
  #heading = '';
  #fence: string | undefined;
  #isFenceQuoted = false;
  #table: TableLine[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): Unit[] {
    let at = 0;
    for (const sentence of splitSentences(this.#text)) {
      this.#readLines(at, sentence.start);
      this.#endTable();
      const between = this.#text.slice(at, sentence.start);
      const mark = LIST_MARK.exec(between.slice(between.lastIndexOf('\n') + 1))?.[1] ?? '';
      if (mark !== '') this.#block += 1;
      const raw = this.#text.slice(sentence.start, sentence.end);
      this.#add('sentence', mark === '' ? sentenceText(raw) : quotableText(raw), sentence, mark);
      at = sentence.end;
    }
    this.#readLines(at, this.#text.length);
    this.#endTable();
    return this.#units;
  }

  #add(kind: Unit['kind'], text: string, { start, end }: TextRange, mark = '', context = ''): void {
    if (!HAS_CONTENT.test(text)) return;
    const heading = `${this.#heading} ${context}`.trim();
    this.#units.push({ kind, text, start, end, block: this.#block, mark, heading });
  }

  /** Reads lines that contain no sentence: headings, tables, code, empty lines. */
  #readLines(from: number, to: number): void {
    const lines = this.#text.slice(from, to).split('\n');
    let start = from;
    for (const [index, raw] of lines.entries()) {
      const line = withoutQuoteMarks(raw);
      const range = { start, end: start + raw.length };
      start = range.end + 1;
      if (this.#fence !== undefined) this.#readCode(this.#isFenceQuoted ? line : raw, range);
      else {
        this.#readLine(line, range, withoutQuoteMarks(lines[index + 1] ?? ''));
        this.#isFenceQuoted = line !== raw;
      }
    }
    // A line break within a paragraph ends no block.
    if (lines.length === 1) return;
    if (lines.length > 2 || lines.some((line) => HAS_CONTENT.test(line))) this.#block += 1;
  }

  #readCode(line: string, range: TextRange): void {
    if (FENCE.exec(line)?.[1]?.startsWith(this.#fence!)) {
      this.#fence = undefined;
      this.#block += 1;
    } else this.#add('code', codeText(line), range);
  }

  #readLine(line: string, range: TextRange, next: string): void {
    if (isTableLine(line, this.#table.length > 0, () => next)) {
      this.#table.push({ text: line, ...range });
      return;
    }
    this.#endTable();
    this.#fence = FENCE.exec(line)?.[1];
    if (this.#fence !== undefined) this.#block += 1;
    const heading = HEADING.exec(line)?.[1] ?? (UNDERLINE.test(next) ? line : undefined);
    if (heading !== undefined && HAS_CONTENT.test(heading))
      this.#heading = quotableText(heading).replace(/(?:^| )#+$/u, '');
  }

  #endTable(): void {
    if (this.#table.length === 0) return;
    this.#block += 1;
    for (const row of tableRows(this.#table)) this.#add('row', row.text, row, '', row.context);
    this.#table = [];
    this.#block += 1;
  }
}

/** The text of a sentence, in one line; code that nothing marks as code keeps its lines. */
const sentenceText = (raw: string): string =>
  raw.includes('\n') && raw.length <= MAX_CODE_LINE && !TAG.test(raw) && looksLikeCode(raw)
    ? raw.split('\n').map(codeText).join('\n')
    : quotableText(raw);

const codeText = (line: string): string =>
  line.slice(0, MAX_CODE_LINE).toWellFormed().replace(CONTROLS, ' ').trimEnd();
