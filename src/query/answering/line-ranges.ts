import { splitSentences, type TextRange } from '../../documents/lexical/index.ts';

/** The sentences of a text, and the lines of non-prose: headings, rows, code. */
export function lineRanges(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  let at = 0;
  // Searches for a line feed only between two sentences, because the rest of the text may have none.
  const lines = (to: number): void => {
    for (const line of text.slice(at, to).split('\n')) {
      const end = at + line.length;
      if (/[\p{L}\p{N}]/u.test(line)) ranges.push({ start: at, end });
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
