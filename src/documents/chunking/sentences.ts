import { type Part, trimmedPart } from './sections.ts';

/**
 * Longer paragraphs are segmented in pieces, because `Intl.Segmenter` takes quadratic time in some versions.
 */
const MAX_STRETCH = 2_000;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Characters that may end a sentence within a paragraph (ATerm, STerm and ParaSep of UAX 29). */
const SENTENCE_END = /[\p{Sentence_Terminal}.\u2024\ufe52\uff0e\r\u0085\u2028\u2029]/u;

/** Sentences of a paragraph by Unicode's rules (UAX 29), including Korean and Japanese full stops. */
export function* sentences(text: string, part: Part): Iterable<Part> {
  let start = part.start;
  while (start < part.end) {
    const end = stretchEnd(text, start, part.end);
    // A line break inside a paragraph does not end a sentence.
    const stretch = text.slice(start, end).replaceAll('\n', ' ');
    for (const [from, to] of sentenceRanges(stretch)) {
      const sentence = trimmedPart(text, part.kind, start + from, start + to);
      if (sentence !== undefined) yield sentence;
    }
    start = end;
  }
}

function* sentenceRanges(stretch: string): Iterable<readonly [from: number, to: number]> {
  const firstEnd = stretch.search(SENTENCE_END);
  // Most headings and list items are one sentence, and segmenting each one would be slow.
  if (firstEnd === -1 || firstEnd >= stretch.trimEnd().length - 1) yield [0, stretch.length];
  else for (const { index, segment } of segmenter.segment(stretch)) yield [index, index + segment.length];
}

/**
 * The end of a piece: after its last white space. Without white space, any end that does not split a
 * surrogate pair.
 */
function stretchEnd(text: string, start: number, limit: number): number {
  if (limit - start <= MAX_STRETCH) return limit;
  const most = start + MAX_STRETCH;
  for (let end = most; end > start + MAX_STRETCH / 2; end--) {
    if (/\s/.test(text[end - 1]!)) return end;
  }
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most - 1 : most;
}
