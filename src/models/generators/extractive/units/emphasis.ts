interface Run {
  readonly piece: number;
  /** Marks that are not paired yet. */
  length: number;
}

const MARKS = /\*+|_+/uy;
/** Longer runs are blanks to fill in, or remains of a conversion. */
const MAX_MARKS = 3;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Finds the marks of emphasis in a text and removes them from its pieces. More marks count as emphasis than in
 * CommonMark, because texts with Korean particles (`**이름**은`) and converted texts (`** name **`) break its rules.
 */
export class EmphasisMarks {
  readonly #text: string;
  readonly #pieces: string[];
  /** Open runs by their mark and length, such as `**`. */
  readonly #open = new Map<string, Run[]>();
  /** Pieces with marks that no word needs, even if they are not paired: a full stop separated the pair. */
  #loose: number[] = [];

  /** @param pieces The text so far, to which the marks are added */
  constructor(text: string, pieces: string[]) {
    this.#text = text;
    this.#pieces = pieces;
  }

  /** Reads the run of marks at an offset; returns the offset behind it. */
  read(at: number): number {
    MARKS.lastIndex = at;
    const [marks] = MARKS.exec(this.#text)!;
    const end = at + marks.length;
    const run: Run = { piece: this.#pieces.length, length: marks.length };
    this.#pieces.push(marks);
    const mark = marks[0]!;
    if (marks.length > MAX_MARKS && mark === '_') return end;
    const before = this.#text.charAt(at - 1);
    const after = this.#text.charAt(end);
    const isLong = mark === '*' && marks.length > 1;
    const isWordBefore = WORD.test(before);
    const canPair = marks.length <= MAX_MARKS;
    const canClose =
      canPair &&
      (isLong || before.trim() !== '') &&
      !(mark === '_' && WORD.test(after) && WORD.test(this.#text.charAt(end + 1)));
    if (canClose) this.#close(mark, run);
    const canOpen =
      canPair && (isLong || (after.trim() !== '' && !isWordBefore)) && !(mark === '_' && isWordBefore);
    if (run.length > 0 && canOpen) this.#push(mark, run);
    if (mark === '*' && run.length > 0 && isLoose(before, after, isLong)) this.#loose.push(run.piece);
    return end;
  }

  /** Forgets the marks of removed pieces. */
  forgetFrom(piece: number): void {
    const isKept = (run: Run): boolean => run.piece < piece;
    for (const [marks, runs] of this.#open) this.#open.set(marks, runs.filter(isKept));
    this.#loose = this.#loose.filter((loose) => loose < piece);
  }

  /** Removes the marks whose other half is outside the text. */
  end(): void {
    for (const piece of this.#loose) this.#pieces[piece] = '';
  }

  #push(mark: string, run: Run): void {
    const marks = mark.repeat(run.length);
    const open = this.#open.get(marks);
    if (open === undefined) this.#open.set(marks, [run]);
    else open.push(run);
  }

  /** Pairs a run with open runs of the same length, or of lengths that add up. */
  #close(mark: string, run: Run): void {
    for (const length of LENGTHS[run.length]!) {
      const opening = this.#open.get(mark.repeat(length))?.pop();
      if (opening === undefined) continue;
      const paired = Math.min(length, run.length);
      for (const each of [opening, run]) {
        each.length -= paired;
        this.#pieces[each.piece] = mark.repeat(each.length);
      }
      if (opening.length > 0) this.#push(mark, opening);
      if (run.length === 0) return;
    }
  }
}

/** Lengths of open runs with which a run is paired, in this order. */
const LENGTHS: readonly (readonly number[])[] = [[], [1, 3], [2, 3], [3, 2, 1]];

/** Whether marks that are not paired stand where the other half may be in another sentence. */
function isLoose(before: string, after: string, isLong: boolean): boolean {
  const [isStart, isEnd] = [before === '', after === ''];
  if (isLong) return isStart || isEnd || (before.trim() === '') !== (after.trim() === '');
  return (before.trim() === '' && /[^\P{L}a-z]/u.test(after)) || (isEnd && /[.!?)\u3002]/u.test(before));
}
