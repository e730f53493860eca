import { splitSentences, type TextRange } from '../lexical/index.ts';

/** The sentences of a text, and the lines of what is no prose: headings, rows, code. */
export function lineRanges(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  let at = 0;
  const lines = (to: number): void => {
    while (at < to) {
      const newline = text.indexOf('\n', at);
      const end = newline === -1 || newline > to ? to : newline;
      if (/[\p{L}\p{N}]/u.test(text.slice(at, end))) ranges.push({ start: at, end });
      at = end + 1;
    }
    at = to;
  };
  for (const sentence of splitSentences(text)) {
    lines(sentence.start);
    ranges.push(sentence);
    at = sentence.end;
  }
  lines(text.length);
  return ranges;
}
