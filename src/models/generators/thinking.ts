import { CodeTracker } from './code-tracker.ts';
import { type OutputMark, outputMarks, startOfMark } from './thinking-marks.ts';

/** A piece of the answer, or a signal that all previous text was reasoning. */
export type AnswerPiece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'discard' };

const QUOTE = /["'`“‘「]/;
const CLOSING_QUOTE = /["'`”’」]/;

/**
 * Removes a model's reasoning, such as between `<think>` and `</think>`, from a streamed answer. An unclosed mark
 * extends to the end. If only the closing mark appears, because the prompt had the opening one, everything before it
 * was reasoning. Marks in quotes or code are part of the answer, except closing ones without an opening one in code:
 * these end reasoning whose code is incomplete. The result does not depend on how the text is split.
 */
export class ThinkingFilter {
  #pending = '';
  #isReasoning: boolean;
  /** True between the reasoning and the answer, where white space is skipped. */
  #isAfterReasoning = false;
  /** Whether the model has written marks of its format, so that frames are not words of the answer. */
  #isFramed = false;
  #isEmpty = true;
  /** The character before the pending text. */
  #last = '';
  #code = new CodeTracker();
  /** Opening marks in code whose closing marks have not followed. */
  #openInCode = 0;

  /** @param startsInReasoning whether the prompt has the opening mark, so that the model writes none */
  constructor(startsInReasoning = false) {
    this.#isReasoning = startsInReasoning;
  }

  /** Adds text; returns the pieces that are now final. */
  push(text: string): AnswerPiece[] {
    this.#pending += text;
    return this.#read(false);
  }

  /** Call at the end of the answer; returns the remaining pieces. */
  end(): AnswerPiece[] {
    return this.#read(true);
  }

  #read(isEnd: boolean): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    const text = this.#pending;
    let from = 0;
    let tracked = 0;
    let held = text.length;
    for (const mark of outputMarks(text)) {
      if (mark.kind !== 'open' && mark.end === text.length && !isEnd) {
        // The next character decides whether the text only mentions the mark.
        held = mark.start;
        break;
      }
      this.#code.push(text.slice(tracked, mark.start));
      tracked = mark.start;
      if (this.#isMention(mark, text)) continue;
      if (this.#isReasoning && mark.kind === 'frame') continue;
      pieces.push(...this.#visible(text.slice(from, mark.start)));
      if (mark.kind === 'frame') {
        if (!this.#isFramed && !this.#isEmpty) {
          from = mark.start;
          continue;
        }
        this.#isAfterReasoning ||= this.#isEmpty;
      } else pieces.push(...this.#switch(mark.kind === 'open'));
      this.#isFramed = true;
      from = mark.end;
      tracked = mark.end;
    }
    const to = isEnd ? text.length : Math.min(held, Math.max(from, startOfMark(text)));
    pieces.push(...this.#visible(text.slice(from, to)));
    this.#code.push(text.slice(tracked, to));
    this.#last = to > 0 ? text.charAt(to - 1) : this.#last;
    this.#pending = text.slice(to);
    return pieces;
  }

  /** Begins or ends reasoning. */
  #switch(isOpening: boolean): AnswerPiece[] {
    const isUnopened = !isOpening && !this.#isReasoning;
    this.#isReasoning = isOpening;
    this.#isAfterReasoning = !isOpening;
    this.#code = new CodeTracker();
    this.#openInCode = 0;
    if (!isUnopened) return [];
    this.#isEmpty = true;
    return [{ kind: 'discard' }];
  }

  /** Whether the text only mentions a mark: in quotes or code, or as a word between others. */
  #isMention({ kind, start, end }: OutputMark, text: string): boolean {
    const before = start === 0 ? this.#last : text.charAt(start - 1);
    const after = text.charAt(end);
    if (this.#isReasoning) return kind === 'close' && QUOTE.test(before) && CLOSING_QUOTE.test(after);
    if (this.#code.isInCode()) {
      if (kind === 'open') this.#openInCode += 1;
      else if (kind === 'close' && this.#openInCode > 0) this.#openInCode -= 1;
      else if (kind === 'close') return QUOTE.test(before) || CLOSING_QUOTE.test(after);
      return true;
    }
    return QUOTE.test(before) || (kind !== 'open' && before === ' ' && after === ' ');
  }

  #visible(text: string): AnswerPiece[] {
    if (this.#isReasoning) return [];
    const visible = this.#isAfterReasoning ? text.trimStart() : text;
    if (visible === '') return [];
    this.#isAfterReasoning = false;
    this.#isEmpty &&= visible.trim() === '';
    return [{ kind: 'text', text: visible }];
  }
}
