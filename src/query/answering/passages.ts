import { type Hit, isTurnOver, nextTurn } from '../../core/index.ts';
import { estimateTokens } from '../../documents/chunking/index.ts';
import { analyse, splitSentences, type TextRange } from '../../documents/lexical/index.ts';
import type { Passage } from '../../models/generators/index.ts';

/** A passage with the hit that it was created from. */
export interface SourcedPassage {
  readonly passage: Passage;
  /** Offset of the source text in its document. */
  readonly start: number;
  /** The whole text that quotes may come from. */
  readonly sourceText: string;
  /** The parts of the source text that the passage consists of, in order; absent if it is the whole source text. */
  readonly parts?: readonly PassagePart[];
}

/** A part of a source text. `at` is its offset in the passage. */
interface PassagePart extends TextRange {
  readonly at: number;
}

/** The range of the source text that a range of a passage's text was taken from. */
export function sourceRange({ parts }: SourcedPassage, { start, end }: TextRange): TextRange {
  if (parts === undefined) return { start, end };
  const first = parts.findLast(({ at }) => at <= start) ?? parts[0]!;
  const last = parts.findLast(({ at }) => at < end) ?? first;
  return {
    start: Math.min(first.end, first.start + start - first.at),
    end: Math.min(last.end, last.start + end - last.at),
  };
}

/**
 * Converts hits and their neighbours to numbered passages within a token budget. The best passages come
 * first; those beyond the budget are left out. If the first passage exceeds the budget, it is truncated.
 */
export async function passagesOf(
  question: string,
  hits: readonly Hit[],
  options: { readonly maxContextTokens: number; readonly compress: boolean },
): Promise<SourcedPassage[]> {
  const wanted = new Set(analyse(question));
  // Scores are compared with each other, so they need one scale in every mode: that of keyword search, if it was used.
  const isLexical = hits.some(({ scores }) => scores.lexical !== undefined);
  const scoreOf = ({ score, scores }: Hit): number => (isLexical ? (scores.lexical ?? 0) : score);
  const taken = new Set<string>();
  const passages: SourcedPassage[] = [];
  let tokens = 0;
  for (const hit of hits) {
    for (const piece of [hit, ...(hit.neighbours ?? [])]) {
      if (taken.has(piece.id)) continue;
      if (isTurnOver()) await nextTurn();
      const isFirst = passages.length === 0;
      const sourceText = isFirst ? beginningOf(piece.text, options.maxContextTokens) : piece.text;
      const parts = options.compress ? relatedParts(sourceText, wanted) : undefined;
      const text = parts === undefined ? sourceText : joinedParts(sourceText, parts);
      const cost = estimateTokens(text);
      if (text === '' || (!isFirst && tokens + cost > options.maxContextTokens)) continue;
      taken.add(piece.id);
      tokens += cost;
      passages.push({
        passage: {
          marker: passages.length + 1,
          chunkId: piece.id,
          documentId: hit.documentId,
          title: hit.title,
          headingPath: hit.headingPath,
          score: scoreOf(hit),
          text,
        },
        start: piece.start,
        sourceText,
        ...(parts !== undefined && { parts }),
      });
    }
  }
  return passages;
}

/** The longest prefix of a text within `tokens` tokens, without splitting a surrogate pair. */
function beginningOf(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  let fits = 0;
  let exceeds = text.length;
  while (exceeds - fits > 1) {
    const middle = (fits + exceeds) >>> 1;
    if (estimateTokens(text, 0, middle) <= tokens) fits = middle;
    else exceeds = middle;
  }
  const isPair = /[\ud800-\udbff]/.test(text.charAt(fits - 1));
  return text.slice(0, isPair ? fits - 1 : fits);
}

/** The sentences that share a term with the question, and their neighbours; undefined if none does. */
function relatedParts(text: string, wanted: ReadonlySet<string>): PassagePart[] | undefined {
  const sentences = splitSentences(text);
  const matches = sentences.map(({ start, end }) =>
    analyse(text.slice(start, end)).some((term) => wanted.has(term)),
  );
  if (!matches.includes(true)) return undefined;
  const parts: PassagePart[] = [];
  let at = 0;
  for (const [index, { start, end }] of sentences.entries()) {
    if (!(matches[index - 1] || matches[index] || matches[index + 1])) continue;
    parts.push({ start, end, at });
    at += end - start + 1;
  }
  return parts;
}

const joinedParts = (text: string, parts: readonly PassagePart[]): string =>
  parts.map(({ start, end }) => text.slice(start, end)).join(' ');
