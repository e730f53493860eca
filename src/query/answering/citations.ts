import { analyse, type TextRange } from '../../documents/lexical/index.ts';
import { lineRanges } from './line-ranges.ts';
import { type MarkPiece, MarkScanner, type Piece } from './marks.ts';
import { type SourcedPassage, sourceRange } from './passages.ts';
import type { Citation } from './port.ts';
import { QuoteFinder } from './quote.ts';

/** Maximum length of a quote, in UTF-16 units. */
const MAX_QUOTE = 1_000;
/** Maximum length of the text before a mark in which its statement is searched for. */
const MAX_STATEMENT = 4_000;
/** Text before a mark whose statement follows the mark: `according to [1], ...`. */
const LEAD_IN =
  /^[^\p{L}\p{N}_]{0,9}(?:according to|as (?:stated|described|shown|noted|explained) (?:in|by)|based on|per|see|from|in|source|sources)?(?: the)? ?(?:passages?|sources?|documents?)?[^\p{L}\p{N}_]{0,9}$/iu;

/** Text of an answer that a passage contains between two UTF-16 offsets. */
export interface Quotation extends TextRange {
  readonly text: string;
  readonly marker: number;
}

/**
 * Checks the marks of an answer as it arrives: each must name a passage that supports its statement. `push`
 * and `end` return text that may be shown, with checked marks only. Joined, these texts are the answer.
 */
export class CitationChecker {
  readonly #scanner = new MarkScanner();
  readonly #finders: ReadonlyMap<number, { readonly source: SourcedPassage; readonly finder: QuoteFinder }>;
  readonly #citations = new Map<string, Citation>();
  #dropped = 0;
  #kept = 0;
  /** Text since the last mark, and the statement of the last mark. */
  #tail = '';
  #statement = '';
  /** Marks whose statement follows them, with the text after them. */
  #waiting: WaitingMarks | undefined;
  /** White space at the end, which is shown only if text follows it. */
  #space = '';
  #isEmpty = true;

  constructor(passages: readonly SourcedPassage[]) {
    this.#finders = new Map(
      passages.map((source) => [source.passage.marker, { source, finder: new QuoteFinder(source) }]),
    );
  }

  async push(text: string): Promise<string> {
    return this.#takeAll(this.#scanner.push(text));
  }

  /** Adds a quotation, whose place in its passage is known, with its mark. Returns the text to show. */
  async quote({ text, marker, start, end }: Quotation): Promise<string> {
    const shown = (await this.#takeAll(this.#scanner.end())) + (await this.#settle());
    const source = this.#finders.get(marker);
    if (source === undefined) {
      this.#dropped += 1;
      return shown + this.#show(text);
    }
    this.#add(this.#citationOf(source.source, sourceRange(source.source, { start, end })));
    return shown + this.#show(`${text} [${marker}]`);
  }

  async end(): Promise<string> {
    return (await this.#takeAll(this.#scanner.end())) + (await this.#settle());
  }

  get citations(): readonly Citation[] {
    return [...this.#citations.values()];
  }

  /** Number of removed marks. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The share of the marks that were kept, 0 to 1; 0 if there were none. */
  get verified(): number {
    return this.#kept === 0 ? 0 : this.#kept / (this.#kept + this.#dropped);
  }

  async #takeAll(pieces: readonly Piece[]): Promise<string> {
    let shown = '';
    for (const piece of pieces) shown += await this.#take(piece);
    return shown;
  }

  async #take(piece: Piece): Promise<string> {
    if (piece.kind === 'mark') return this.#mark(piece);
    let at = 0;
    let shown = '';
    // Reads character by character, so that the result does not depend on how the answer is split.
    for (; at < piece.text.length && this.#waiting !== undefined; at++) {
      if (this.#waiting.completedBy(piece.text.charAt(at))) shown = await this.#settle();
    }
    const rest = piece.text.slice(at);
    this.#tail = (this.#tail + rest).slice(-MAX_STATEMENT);
    return shown + this.#show(rest);
  }

  async #mark(piece: MarkPiece): Promise<string> {
    if (this.#waiting !== undefined) {
      if (!hasContent(this.#waiting.text)) {
        this.#waiting.marks.push(piece);
        return '';
      }
      return (await this.#settle()) + (await this.#mark(piece));
    }
    const isLeadIn = LEAD_IN.test(lastLine(this.#tail));
    if (hasContent(this.#tail) && !isLeadIn) this.#statement = statementIn(this.#tail);
    else if (this.#statement === '' || this.#tail.includes('\n') || (isLeadIn && /\p{L}/u.test(this.#tail))) {
      const before = this.#tail.slice(0, this.#tail.lastIndexOf('\n') + 1);
      if (hasContent(before)) this.#statement = statementIn(before);
      this.#waiting = new WaitingMarks(piece);
      return '';
    }
    this.#tail = '';
    return this.#checked(piece, this.#statement);
  }

  /** Checks the marks that wait for their statement. If none follows, the previous statement is used. */
  async #settle(): Promise<string> {
    const waiting = this.#waiting;
    if (waiting === undefined) return '';
    this.#waiting = undefined;
    const [own] = lineRanges(waiting.text);
    if (own !== undefined) this.#statement = waiting.text.slice(own.start, own.end);
    let marks = '';
    for (const mark of waiting.marks) marks += await this.#checked(mark, this.#statement);
    this.#tail = waiting.text;
    return marks + this.#show(waiting.text);
  }

  async #checked({ numbers, space }: MarkPiece, statement: string): Promise<string> {
    let kept = '';
    for (const number of numbers) {
      const citation = await this.#cite(number, statement);
      if (citation === undefined) this.#dropped += 1;
      else {
        this.#add(citation);
        kept += `[${number}]`;
      }
    }
    return kept === '' ? '' : this.#show(space + kept);
  }

  async #cite(number: number, statement: string): Promise<Citation | undefined> {
    const found = this.#finders.get(number);
    if (found === undefined) return undefined;
    const span = await found.finder.find(statement);
    if (span === undefined) return undefined;
    return this.#citationOf(found.source, span);
  }

  #citationOf({ passage, start, sourceText }: SourcedPassage, span: TextRange): Citation {
    const { marker, chunkId, documentId, title, headingPath } = passage;
    const end = wholeCharacters(sourceText, span.start, Math.min(span.end, span.start + MAX_QUOTE));
    return {
      ...{ marker, chunkId, documentId, title, headingPath, start: start + span.start, end: start + end },
      quote: sourceText.slice(span.start, end),
    };
  }

  #add(citation: Citation): void {
    this.#kept += 1;
    this.#citations.set(`${citation.marker} ${citation.start} ${citation.end}`, citation);
  }

  /** Removes white space at the answer's beginning and end. */
  #show(text: string): string {
    if (text.trim() === '') {
      this.#space += text;
      return '';
    }
    const whole = this.#space + text;
    const body = whole.trimEnd();
    this.#space = whole.slice(body.length);
    const shown = this.#isEmpty ? body.trimStart() : body;
    this.#isEmpty = false;
    return shown;
  }
}

/** Marks whose statement follows them. */
class WaitingMarks {
  readonly marks: MarkPiece[];
  text = '';
  #hasWords = false;

  constructor(mark: MarkPiece) {
    this.marks = [mark];
  }

  /** Adds a character; returns true if it completes a sentence or line with content. */
  completedBy(character: string): boolean {
    const before = this.text.slice(-1);
    this.text += character;
    this.#hasWords ||= /[\p{L}\p{N}]/u.test(character);
    const isEnd = character === '\n' || (/[.!?\u3002]/.test(before) && /\s/.test(character));
    return (isEnd && this.#hasWords) || this.text.length >= MAX_STATEMENT;
  }
}

const hasContent = (text: string): boolean => analyse(text).length > 0;

const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);

/** The last sentence, row or line of a text. */
function statementIn(text: string): string {
  const last = lineRanges(text).at(-1);
  return last === undefined ? text : text.slice(last.start, last.end);
}

/** The offset, or the one before it if it splits a surrogate pair. */
const wholeCharacters = (text: string, start: number, end: number): number =>
  end > start && /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(end - 1, end + 1)) ? end - 1 : end;
