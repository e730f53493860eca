/** A run of equal characters. */
interface Run {
  readonly character: string;
  readonly length: number;
}

const NONE: Run = { character: '', length: 0 };

/** Follows Markdown code through a text that arrives in pieces: fences, and spans within one line. */
export class CodeTracker {
  /** The fence that is open, such as three backticks. */
  #fence = NONE;
  /** Number of backticks that opened a span. */
  #span = 0;
  /** Backticks or tildes just before the next character. */
  #run = NONE;
  #isRunAtLineStart = false;
  /** Whether the line contains only white space so far. */
  #isLineStart = true;

  push(text: string): void {
    for (const character of text) this.#take(character);
  }

  /** Whether the next character, which must not be a backtick or a tilde, is code. */
  isInCode(): boolean {
    this.#endRun();
    return this.#fence.length > 0 || this.#span > 0;
  }

  #take(character: string): void {
    if (character === this.#run.character) {
      this.#run = { character, length: this.#run.length + 1 };
      return;
    }
    this.#endRun();
    if (character === '`' || character === '~') {
      this.#isRunAtLineStart = this.#isLineStart;
      this.#run = { character, length: 1 };
    } else if (character === '\n') this.#span = 0;
    this.#isLineStart = character === '\n' || (this.#isLineStart && character.trim() === '');
  }

  #endRun(): void {
    const { character, length } = this.#run;
    if (length === 0) return;
    const fence = this.#fence;
    if (fence.length > 0) {
      const isEnd = this.#isRunAtLineStart && character === fence.character && length >= fence.length;
      if (isEnd) this.#fence = NONE;
    } else if (this.#isRunAtLineStart && length >= 3) this.#fence = this.#run;
    else if (character === '`') {
      if (this.#span === 0) this.#span = length;
      else if (this.#span === length) this.#span = 0;
    }
    this.#run = NONE;
  }
}
