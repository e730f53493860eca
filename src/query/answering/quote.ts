import type { TextRange } from '../../documents/lexical/index.ts';
import { citationMarks } from '../../models/generators/index.ts';
import { lineRanges } from './line-ranges.ts';
import type { SourcedPassage } from './passages.ts';
import type { Evidence } from './support/evidence.ts';

/** Minimum share of a sentence that a verbatim part must cover: a shorter part may omit a negation. */
const MIN_SHARE = 0.6;
const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;

/** Finds the evidence for statements in one passage. Costly parts are created on first use. */
export class QuoteFinder {
  readonly #source: SourcedPassage;
  readonly #found = new Map<string, TextRange | undefined>();
  #ranges: readonly TextRange[] | undefined;
  #evidence: Evidence | undefined;
  #folded: { readonly text: string; readonly offsets: Uint32Array } | undefined;

  constructor(source: SourcedPassage) {
    this.#source = source;
  }

  /** The range that supports the statement: a verbatim one, else a paraphrase; undefined if there is none. */
  async find(statement: string): Promise<TextRange | undefined> {
    if (this.#found.has(statement)) return this.#found.get(statement);
    const span = this.#verbatim(statement) ?? (await this.#inOtherWords(statement));
    this.#found.set(statement, span);
    return span;
  }

  /** Loads the modules on first use, because answers that quote sentences verbatim never need them. */
  async #inOtherWords(statement: string): Promise<TextRange | undefined> {
    const [{ evidenceOf }, { supportFor }] = await Promise.all([
      import('./support/evidence.ts'),
      import('./support/supports.ts'),
    ]);
    const { passage, sourceText } = this.#source;
    this.#evidence ??= evidenceOf(sourceText, [passage.title, ...passage.headingPath].join('\n'));
    return supportFor(statement, this.#evidence);
  }

  /** A verbatim occurrence, ignoring white-space differences, that starts a sentence or covers most of it. */
  #verbatim(statement: string): TextRange | undefined {
    this.#folded ??= fold(this.#source.sourceText);
    const { text, offsets } = this.#folded;
    const wanted = fold(statement).text.trim();
    if (wanted === '') return undefined;
    const at = text.indexOf(wanted);
    if (at < 0 || !isWhole(text, at, at + wanted.length)) return undefined;
    const span = { start: offsets[at]!, end: offsets[at + wanted.length - 1]! + 1 };
    this.#ranges ??= lineRanges(this.#source.sourceText);
    const range = this.#ranges.find(({ end }) => end > span.start);
    const isBeginning = range === undefined || span.start <= range.start;
    return isBeginning || span.end - span.start >= MIN_SHARE * (range.end - range.start) ? span : undefined;
  }
}

/**
 * Collapses white space and removes the source's own notes (`[3]`), as in answers; keeps each character's offset in the
 * text.
 */
function fold(text: string): { readonly text: string; readonly offsets: Uint32Array } {
  const offsets = new Uint32Array(text.length);
  const parts: string[] = [];
  let length = 0;
  const add = (from: number, to: number): void => {
    for (const { 0: run, index } of text.slice(from, to).matchAll(/\s+|\S+/g)) {
      const isSpace = run.trim() === '';
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

/**
 * Whether a part ends on word and number boundaries: `costs 1` is not a part of `costs 15`, `costs 1.5` or `costs 1/2`, and
 * `five days` not of `twenty-five days`.
 */
function isWhole(text: string, from: number, to: number): boolean {
  const isWord = (at: number): boolean => WORD_CHARACTER.test(text.charAt(at));
  const isDigit = (at: number): boolean => /\d/.test(text.charAt(at));
  if ((isWord(from) && isWord(from - 1)) || (isWord(to - 1) && isWord(to))) return false;
  const isJoint = (at: number): boolean =>
    /[-\u2010\u2011/]/.test(text.charAt(at)) && isWord(at - 1) && isWord(at + 1);
  if (isJoint(from - 1) || isJoint(to)) return false;
  if (isDigit(from) && /[.,:$€£¥₩-]/.test(text.charAt(from - 1))) return false;
  return !(
    isDigit(to - 1) &&
    (/[%°]/.test(text.charAt(to)) || (/[.,:]/.test(text.charAt(to)) && isDigit(to + 1)))
  );
}
