import { isTurnOver, nextTurn } from '../../../core/index.ts';
import { analyse, splitSentences } from '../../../documents/lexical/index.ts';
import type { Passage } from '../port.ts';

/** A sentence of a passage with its analysed terms. */
export interface Sentence {
  readonly text: string;
  readonly terms: readonly string[];
  readonly termSet: ReadonlySet<string>;
  /** Position among the sentences of its passage. */
  readonly position: number;
}

/** A passage split into sentences. */
export interface SplitPassage {
  readonly passage: Passage;
  /** Rank of the passage, from 0 for the best. */
  readonly rank: number;
  readonly sentences: readonly Sentence[];
  /** Terms of the title and of the headings above, which the sentences need not repeat. */
  readonly context: ReadonlySet<string>;
}

/** A line with at least this many `name: value` pairs is a record or a log entry. */
const RECORD_PAIRS = 4;

/** Whether a line is prose, not just code or a record of names and values. */
function isProse(text: string): boolean {
  const words = text.replace(/`[^`]*`/gu, ' ').match(/\p{L}+/gu) ?? [];
  return words.length > 1 && (text.match(/\p{L}:\s/gu) ?? []).length < RECORD_PAIRS;
}

const TABLE_LINE = /^[ \t]*\|.*\|[ \t]*$/gm;
const TABLE_RULE = /^[\s|:-]+$/;

/** Rows of Markdown tables without their header rows; each is a candidate statement. */
function tableRows(text: string): { readonly start: number; readonly end: number }[] {
  const lines = Array.from(text.matchAll(TABLE_LINE), (line) => ({ line: line[0], start: line.index }));
  return lines.flatMap(({ line, start }, index) => {
    const end = start + line.length;
    const next = lines[index + 1];
    const isHead = next !== undefined && next.start <= end + 2 && TABLE_RULE.test(next.line);
    const cells = line.split('|').filter((cell) => cell.trim() !== '');
    return isHead || TABLE_RULE.test(line) || cells.length < 2 || !/\p{L}/u.test(line)
      ? []
      : [{ start, end }];
  });
}

/**
 * Splits passages into sentences with collapsed white space. A table row is included only if it contains a
 * term of the question that is in no sentence, because rows match easily but say less than sentences.
 */
export async function splitPassages(
  passages: readonly Passage[],
  questionTerms: readonly string[],
): Promise<SplitPassage[]> {
  const cut: Piece[][] = [];
  for (const { text } of passages) cut.push([...(await sentencesOf(text)), ...(await rowsOf(text))]);
  const covered = new Set(
    cut.flatMap((pieces) => pieces.flatMap(({ isRow, terms }) => (isRow ? [] : terms))),
  );
  const missing = new Set(questionTerms.filter((term) => !covered.has(term)));
  const found: SplitPassage[] = [];
  for (const [rank, passage] of passages.entries()) {
    if (isTurnOver()) await nextTurn();
    found.push({
      passage,
      rank,
      sentences: cut[rank]!.filter(({ isRow, terms }) => !isRow || terms.some((term) => missing.has(term)))
        .sort((left, right) => left.start - right.start)
        .map(({ text, terms }, position) => ({ text, terms, termSet: new Set(terms), position })),
      context: new Set(analyse([passage.title, ...passage.headingPath].join(' '))),
    });
  }
  return found;
}

interface Piece {
  readonly text: string;
  readonly terms: readonly string[];
  readonly start: number;
  readonly isRow: boolean;
}

const pieceOf = (text: string, { start, end }: { start: number; end: number }, isRow: boolean): Piece => {
  const folded = text.slice(start, end).trim().replace(/\s+/gu, ' ');
  return { text: folded, terms: analyse(folded), start, isRow };
};

const sentencesOf = async (text: string): Promise<Piece[]> =>
  (await piecesOf(text, splitSentences(text), false)).filter((piece) => isProse(piece.text));

const rowsOf = (text: string): Promise<Piece[]> => piecesOf(text, tableRows(text), true);

async function piecesOf(
  text: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
  isRow: boolean,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const range of ranges) {
    if (isTurnOver()) await nextTurn();
    pieces.push(pieceOf(text, range, isRow));
  }
  return pieces;
}
