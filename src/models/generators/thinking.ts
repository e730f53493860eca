/** A piece of the answer, or a signal that all previous text was reasoning. */
export type AnswerPiece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'discard' };

const NAMES = ['think', 'thinking', 'thought', 'reasoning', 'seed:think'];
/** Tags around the reasoning of models, in lower case. */
const MARKS = [
  ...NAMES.flatMap((name) => [`<${name}>`, `</${name}>`]),
  ...['[think]', '[/think]', '\u25c1think\u25b7', '\u25c1/think\u25b7'],
];
const MARK = /<(\/?)(?:think|thinking|thought|reasoning|seed:think)>|\[(\/?)think\]|\u25c1(\/?)think\u25b7/gi;
const LONGEST = Math.max(...MARKS.map((mark) => mark.length));

/**
 * Removes a model's reasoning, between `<think>` and `</think>`, from a streamed answer. An unclosed tag extends to
 * the end. If only the closing tag appears, because the prompt had the opening one, everything before it was
 * reasoning. Tags in quotes or code are part of the answer. The result does not depend on how the text is split.
 */
export class ThinkingFilter {
  #pending = '';
  #isReasoning = false;
  /** True between the reasoning and the answer, where white space is skipped. */
  #isAfterReasoning = false;
  /** The character before the pending text. */
  #last = '';

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
    let held = text.length;
    for (const { 0: mark, index } of text.matchAll(MARK)) {
      const isClosing = mark.charAt(1) === '/';
      const end = index + mark.length;
      if (!this.#isReasoning && isClosing && end === text.length && !isEnd) {
        // The next character decides whether the answer only mentions the tag.
        held = index;
        break;
      }
      if (!this.#isReasoning && this.#isMention(isClosing, text, index, end)) continue;
      if (!this.#isReasoning && isClosing) pieces.push({ kind: 'discard' });
      else pieces.push(...this.#visible(text.slice(from, index)));
      this.#isReasoning = !isClosing;
      this.#isAfterReasoning = isClosing;
      from = end;
    }
    const to = isEnd ? text.length : Math.min(held, Math.max(from, startOfMark(text)));
    pieces.push(...this.#visible(text.slice(from, to)));
    this.#last = to > 0 ? text.charAt(to - 1) : this.#last;
    this.#pending = text.slice(to);
    return pieces;
  }

  /** Whether the answer only mentions a tag: in quotes or code, or as a word between others. */
  #isMention(isClosing: boolean, text: string, index: number, end: number): boolean {
    const before = index === 0 ? this.#last : text.charAt(index - 1);
    return /["'`“‘「]/.test(before) || (isClosing && before === ' ' && text.charAt(end) === ' ');
  }

  #visible(text: string): AnswerPiece[] {
    if (this.#isReasoning) return [];
    const visible = this.#isAfterReasoning ? text.trimStart() : text;
    if (visible === '') return [];
    this.#isAfterReasoning = false;
    return [{ kind: 'text', text: visible }];
  }
}

/** Index of a tag that may continue in the next piece; the length of the text if there is none. */
function startOfMark(text: string): number {
  for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at++) {
    const tail = text.slice(at).toLowerCase();
    if (MARKS.some((mark) => mark.startsWith(tail))) return at;
  }
  return text.length;
}
