import { analyse, splitSentences } from '../lexical/index.ts';
import type { SourcedPassage } from './passages.ts';
import type { Citation } from './port.ts';

/** `[n]` outside of code: an index such as `items[1]` between backticks is no citation. */
const MARKER = /(?<code>`[^`\n]*`)|\s?\[([1-9]\d{0,3})\]/g;
/** Longest quote, in UTF-16 units. */
const MAX_QUOTE = 400;

export interface CheckedAnswer {
  /** The answer without the markers that point nowhere. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly dropped: number;
}

/**
 * Resolves the `[n]` of an answer against its passages. The quote is the sentence of the passage that the cited
 * statement repeats, else the one that shares most words with it; a statement that shares none is not cited.
 */
export function checkCitations(answer: string, passages: readonly SourcedPassage[]): CheckedAnswer {
  const citations = new Map<string, Citation>();
  let dropped = 0;
  let lastEnd = 0;
  const text = answer.replace(MARKER, (marker, code: string | undefined, digits: string, offset: number) => {
    if (code !== undefined) return code;
    const statement = statementBefore(answer.slice(lastEnd, offset));
    const source = passages.find(({ passage }) => passage.marker === Number(digits));
    const citation = source === undefined ? undefined : cite(source, statement);
    // Several markers may follow one statement.
    if (
      statement.trim() !== '' &&
      answer.slice(offset + marker.length, offset + marker.length + 2).trim()[0] !== '['
    ) {
      lastEnd = offset + marker.length;
    }
    if (citation === undefined) {
      dropped += 1;
      return '';
    }
    citations.set(`${citation.marker} ${citation.start} ${citation.end}`, citation);
    return marker;
  });
  return { text: text.trim(), citations: [...citations.values()], dropped };
}

/** The last sentence before a marker, without the markers in it. */
function statementBefore(text: string): string {
  const clean = text.replace(MARKER, '$1');
  const sentences = splitSentences(clean);
  const last = sentences.at(-1);
  return last === undefined ? clean : clean.slice(last.start, last.end);
}

function cite({ passage, start, sourceText }: SourcedPassage, statement: string): Citation | undefined {
  const found = findFolded(sourceText, statement) ?? mostAlike(sourceText, statement);
  if (found === undefined) return undefined;
  const end = Math.min(found.end, found.start + MAX_QUOTE);
  const { marker, chunkId, documentId, title } = passage;
  return {
    marker,
    chunkId,
    documentId,
    title,
    start: start + found.start,
    end: start + end,
    quote: sourceText.slice(found.start, end),
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where `statement` stands in `text`, white space counting as one space. */
function findFolded(text: string, statement: string): Span | undefined {
  const words = statement.trim().split(/\s+/);
  if (words[0] === '') return undefined;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  const match = new RegExp(pattern, 'u').exec(text);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}

function mostAlike(text: string, statement: string): Span | undefined {
  const wanted = new Set(analyse(statement));
  let best: { span: Span; shared: number } | undefined;
  for (const span of splitSentences(text)) {
    const terms = new Set(analyse(text.slice(span.start, span.end)));
    const shared = [...wanted].filter((term) => terms.has(term)).length / Math.sqrt(terms.size + 1);
    if (shared > 0 && (best === undefined || shared > best.shared)) best = { span, shared };
  }
  return best?.span;
}
