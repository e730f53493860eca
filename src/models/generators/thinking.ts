/** What a model's text says: a piece of the answer, or that all text before was thinking. */
export type SpokenPiece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'discard' };

const NAMES = ['think', 'thinking', 'thought', 'reasoning', 'seed:think'];
/** Marks around the thinking of reasoning models, in lower case. */
const MARKS = [
  ...NAMES.flatMap((name) => [`<${name}>`, `</${name}>`]),
  ...['[think]', '[/think]', '\u25c1think\u25b7', '\u25c1/think\u25b7'],
];
const MARK = /<(\/?)(?:think|thinking|thought|reasoning|seed:think)>|\[(\/?)think\]|\u25c1(\/?)think\u25b7/gi;
const LONGEST = Math.max(...MARKS.map((mark) => mark.length));

/**
 * Takes the thinking out of an answer that arrives in pieces, which models put between `<think>` and `</think>`. What
 * nothing closes is thinking to the end. Where only the closing mark comes, because the prompt had the opening one,
 * everything before it was thinking. Marks in quotes or code are words of the answer. It does not matter how the text is cut.
 */
export class ThinkingFilter {
  #pending = '';
  #isThinking = false;
  /** White space between the thinking and the answer is left out. */
  #isAfterThinking = false;
  /** The character before the pending text. */
  #last = '';

  /** The pieces that are clear with this text. */
  push(text: string): SpokenPiece[] {
    this.#pending += text;
    return this.#read(false);
  }

  /** What is left when the answer ends. */
  end(): SpokenPiece[] {
    return this.#read(true);
  }

  #read(isEnd: boolean): SpokenPiece[] {
    const pieces: SpokenPiece[] = [];
    const text = this.#pending;
    let from = 0;
    let held = text.length;
    for (const { 0: mark, index } of text.matchAll(MARK)) {
      const isClosing = mark.charAt(1) === '/';
      const end = index + mark.length;
      if (!this.#isThinking && isClosing && end === text.length && !isEnd) {
        // The next character tells whether the answer only names the mark.
        held = index;
        break;
      }
      if (!this.#isThinking && this.#isNamed(isClosing, text, index, end)) continue;
      if (!this.#isThinking && isClosing) pieces.push({ kind: 'discard' });
      else pieces.push(...this.#spoken(text.slice(from, index)));
      this.#isThinking = !isClosing;
      this.#isAfterThinking = isClosing;
      from = end;
    }
    const to = isEnd ? text.length : Math.min(held, Math.max(from, beginOfMark(text)));
    pieces.push(...this.#spoken(text.slice(from, to)));
    this.#last = to > 0 ? text.charAt(to - 1) : this.#last;
    this.#pending = text.slice(to);
    return pieces;
  }

  /** Whether a mark outside of thinking is only named by the answer: in quotes or code, or as a word between others. */
  #isNamed(isClosing: boolean, text: string, index: number, end: number): boolean {
    const before = index === 0 ? this.#last : text.charAt(index - 1);
    return /["'`“‘「]/.test(before) || (isClosing && before === ' ' && text.charAt(end) === ' ');
  }

  #spoken(text: string): SpokenPiece[] {
    if (this.#isThinking) return [];
    const spoken = this.#isAfterThinking ? text.trimStart() : text;
    if (spoken === '') return [];
    this.#isAfterThinking = false;
    return [{ kind: 'text', text: spoken }];
  }
}

/** Where a mark begins that may go on in the next piece; the length of the text where none does. */
function beginOfMark(text: string): number {
  for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at++) {
    const tail = text.slice(at).toLowerCase();
    if (MARKS.some((mark) => mark.startsWith(tail))) return at;
  }
  return text.length;
}
