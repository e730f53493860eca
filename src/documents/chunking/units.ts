import { estimateTokens } from './estimate-tokens.ts';
import { type Part, trimmedPart } from './sections.ts';
import { sentences } from './sentences.ts';

/** The smallest unit of packing: a sentence, a line, a whole code fence, or a piece of one that does not fit. */
export interface Unit extends Part {
  /** Whether the unit may be repeated at the start of the next chunk. */
  readonly canOverlap: boolean;
  /** Estimated tokens of the whole part; only set on its first unit. */
  readonly partTokens?: number;
}

/**
 * Splits a part into units of at most `maxTokens`: the part itself or, if it is larger, its lines, sentences,
 * words or code points.
 */
export function* unitsOf(text: string, part: Part, maxTokens: number): Iterable<Unit> {
  let isFirst = true;
  for (const piece of pieces(text, part, maxTokens)) {
    const canOverlap = part.kind === 'paragraph' || part.kind === 'list';
    yield { ...piece, canOverlap, partTokens: isFirst ? part.tokens : undefined };
    isFirst = false;
  }
}

function* pieces(text: string, part: Part, maxTokens: number): Iterable<Part> {
  if (part.kind === 'paragraph') {
    for (const sentence of sentences(text, part)) yield* fitting(text, sentence, maxTokens, words);
  } else if (part.kind === 'list') {
    for (const line of lines(text, part)) {
      yield* fitting(text, line, maxTokens, function* (whole, long) {
        for (const sentence of sentences(whole, long)) yield* fitting(whole, sentence, maxTokens, words);
      });
    }
  } else {
    yield* fitting(text, part, maxTokens, function* (whole, long) {
      for (const line of lines(whole, long)) yield* fitting(whole, line, maxTokens, words);
    });
  }
}

type Cut = (text: string, part: Part, maxTokens: number) => Iterable<Part>;

function* fitting(text: string, part: Part, maxTokens: number, cut: Cut): Iterable<Part> {
  if (part.tokens <= maxTokens) yield part;
  else yield* cut(text, part, maxTokens);
}

function* lines(text: string, part: Part): Iterable<Part> {
  let start = part.start;
  while (start < part.end) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline > part.end ? part.end : newline;
    const line = trimmedPart(text, part.kind, start, end);
    if (line !== undefined) yield line;
    start = end + 1;
  }
}

function* words(text: string, part: Part, maxTokens: number): Iterable<Part> {
  for (const match of text.slice(part.start, part.end).matchAll(/\S+/g)) {
    const start = part.start + match.index;
    const end = start + match[0].length;
    const found = { kind: part.kind, start, end, tokens: estimateTokens(text, start, end) };
    yield* fitting(text, found, maxTokens, codePoints);
  }
}

/**
 * Pieces with as many code points as a quarter of the budget has tokens, since a code point costs at most
 * one token. Surrogate pairs stay whole.
 */
function* codePoints(text: string, part: Part, maxTokens: number): Iterable<Part> {
  const most = Math.max(1, maxTokens >> 2);
  let start = part.start;
  while (start < part.end) {
    let end = start;
    for (let count = 0; count < most && end < part.end; count++)
      end += text.codePointAt(end)! > 0xffff ? 2 : 1;
    yield { kind: part.kind, start, end, tokens: estimateTokens(text, start, end) };
    start = end;
  }
}
