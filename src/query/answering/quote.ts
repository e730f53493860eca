import type { TextRange } from '../../documents/lexical/index.ts';
import { citationMarks } from '../../models/generators/index.ts';
import { lineRanges } from './line-ranges.ts';
import type { SourcedPassage } from './passages.ts';
import type { Evidence } from './support/evidence.ts';

/** Share of a sentence that a part of it, word for word, must be to stand for it: less may leave out a negation. */
const LEAST_PART = 0.6;
const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;

/** Finds what statements rest on in one passage. What is costly is made once, when it is first needed. */
export class QuoteFinder {
  readonly #source: SourcedPassage;
  readonly #found = new Map<string, TextRange | undefined>();
  #ranges: readonly TextRange[] | undefined;
  #evidence: Evidence | undefined;
  #folded: { readonly text: string; readonly offsets: Uint32Array } | undefined;

  constructor(source: SourcedPassage) {
    this.#source = source;
  }

  /** Where the passage says what the statement says: word for word, else in words of its own; undefined where it does not. */
  async find(statement: string): Promise<TextRange | undefined> {
    if (this.#found.has(statement)) return this.#found.get(statement);
    const span = this.#verbatim(statement) ?? (await this.#inOtherWords(statement));
    this.#found.set(statement, span);
    return span;
  }

  /** Loaded when the first statement needs it: answers of sentences from the passages never do. */
  async #inOtherWords(statement: string): Promise<TextRange | undefined> {
    const [{ evidenceOf }, { supportFor }] = await Promise.all([
      import('./support/evidence.ts'),
      import('./support/supports.ts'),
    ]);
    const { passage, sourceText } = this.#source;
    this.#evidence ??= evidenceOf(sourceText, [passage.title, ...passage.headingPath].join('\n'));
    return supportFor(statement, this.#evidence);
  }

  /** Where a statement stands word for word, white space counting as one space, from a sentence's beginning or for most of it. */
  #verbatim(statement: string): TextRange | undefined {
    this.#folded ??= fold(this.#source.sourceText);
    const { text, offsets } = this.#folded;
    const wanted = fold(statement).text.trim();
    const at = wanted === '' ? -1 : text.indexOf(wanted);
    if (at < 0 || !isWhole(text, at, at + wanted.length)) return undefined;
    const span = { start: offsets[at]!, end: offsets[at + wanted.length - 1]! + 1 };
    this.#ranges ??= lineRanges(this.#source.sourceText);
    const range = this.#ranges.find(({ end }) => end > span.start);
    const isBeginning = range === undefined || span.start <= range.start;
    return isBeginning || span.end - span.start >= LEAST_PART * (range.end - range.start) ? span : undefined;
  }
}

/**
 * White space as one space, and the source's own notes (`[3]`) left out as in answers, with the offset of each character
 * in the text.
 */
function fold(text: string): { readonly text: string; readonly offsets: Uint32Array } {
  const offsets = new Uint32Array(text.length);
  const parts: string[] = [];
  let length = 0;
  const add = (from: number, to: number): void => {
    for (const { 0: run, index } of text.slice(from, to).matchAll(/\s+|\S+/g)) {
      const isSpace = run.trim() === '';
      if (isSpace && parts.at(-1) === ' ') continue;
      parts.push(isSpace ? ' ' : run);
      for (let at = 0; at < (isSpace ? 1 : run.length); at++) offsets[length++] = from + index + at;
    }
  };
  let from = 0;
  for (const { start, end } of citationMarks(text)) {
    add(from, start);
    // The space before a note belongs to the note.
    if (parts.at(-1) === ' ') {
      parts.pop();
      length -= 1;
    }
    from = end;
  }
  add(from, text.length);
  return { text: parts.join(''), offsets: offsets.subarray(0, length) };
}

/** Whether a part ends neither within a word nor within a number: `costs 1` is no part of `costs 15` or `costs 1.5`. */
function isWhole(text: string, from: number, to: number): boolean {
  const isWord = (at: number): boolean => WORD_CHARACTER.test(text.charAt(at));
  const isDigit = (at: number): boolean => /\d/.test(text.charAt(at));
  if ((isWord(from) && isWord(from - 1)) || (isWord(to - 1) && isWord(to))) return false;
  if (isDigit(from) && /[.,:$€£¥₩-]/.test(text.charAt(from - 1))) return false;
  return !(
    isDigit(to - 1) &&
    (/[%°]/.test(text.charAt(to)) || (/[.,:]/.test(text.charAt(to)) && isDigit(to + 1)))
  );
}
