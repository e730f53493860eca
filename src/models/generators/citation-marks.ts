/** A citation mark in a text. */
export interface CitationMark {
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

/** A possible mark: numbers in square brackets, ASCII, full-width or lenticular. */
const MARK = /[[\uff3b\u3010]([\d\s,;\u2013-]{1,40})[\]\uff3d\u3011]/g;
const MAX_IN_RANGE = 20;

/** The marks in a text: `[1]`, `[1, 2]`, `[1-3]`. */
export function* citationMarks(text: string): Iterable<CitationMark> {
  for (const { 0: mark, 1: body = '', index } of text.matchAll(MARK)) {
    const numbers = citedNumbers(body);
    if (numbers.length > 0) yield { start: index, end: index + mark.length, numbers };
  }
}

/** The numbers between the brackets of a mark (`1, 3-5`); empty if it is not a mark. */
function citedNumbers(body: string): number[] {
  const numbers: number[] = [];
  for (const part of body.split(/[,;]/)) {
    const [, first = '', last = first] =
      /^\s*([1-9]\d{0,3})(?:\s?[\u2013-]\s?([1-9]\d{0,3}))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || to < from || to - from >= MAX_IN_RANGE) return [];
    for (let number = from; number <= to; number++) numbers.push(number);
  }
  return numbers;
}
