import { type Part, trimmedPart } from './sections.ts';

/** `Intl.Segmenter` is quadratic in its input on some versions: longer paragraphs are fed in stretches. */
const MAX_STRETCH = 2_000;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** What may end a sentence before the end of a paragraph (ATerm, STerm and ParaSep of UAX 29). */
const SENTENCE_END = /[\p{Sentence_Terminal}.\u2024\ufe52\uff0e\r\u0085\u2028\u2029]/u;

/** Sentences of a paragraph, by Unicode's rules (UAX 29), which also know Korean's and Japanese's full stops. */
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
  // Most headings and items are one sentence, and a segmenter of its own for each is costly.
  if (firstEnd === -1 || firstEnd >= stretch.trimEnd().length - 1) yield [0, stretch.length];
  else for (const { index, segment } of segmenter.segment(stretch)) yield [index, index + segment.length];
}

/** Where a stretch ends: after its last white space, else before a surrogate pair that would be cut. */
function stretchEnd(text: string, start: number, limit: number): number {
  if (limit - start <= MAX_STRETCH) return limit;
  const most = start + MAX_STRETCH;
  for (let end = most; end > start + MAX_STRETCH / 2; end--) {
    if (/\s/.test(text[end - 1]!)) return end;
  }
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most - 1 : most;
}
