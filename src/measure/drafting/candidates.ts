import { type Chunk, plainText } from '../../core/index.ts';
import { definitionIn } from './definitions.ts';
import { isGeneric } from './generic-headings.ts';
import { tableRows } from './table-rows.ts';

/** A potential question about a document. */
export interface Candidate {
  readonly kind: 'heading' | 'definition' | 'table';
  readonly text: string;
  /** The document's answer, if it is only a few words. */
  readonly answer?: string | undefined;
}

/** Maximum length of a line of prose; longer lines are data. */
const MAX_LINE = 2_000;
const MAX_QUESTION = 200;
const FENCE = /^\s{0,3}(```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s+(\S.*)$/;
const UNDERLINE = /^\s{0,3}(?:=+|-{3,})\s*$/;

/** Headings, definitions and table rows of a chunk, in order. Code is skipped. */
export function candidatesOf({ title, headingPath, text }: Chunk): readonly Candidate[] {
  const lines = proseLines(text);
  const headings = [title, ...headingPath, ...headingLines(lines)].map(plainText);
  return [
    ...headings
      .filter((heading) => !isGeneric(heading))
      .map((heading) => ({ kind: 'heading' as const, text: heading })),
    ...lines.flatMap((line, index) => {
      const found = definitionIn(line, isBlank(lines[index - 1]));
      return found === undefined || isGeneric(found.term)
        ? []
        : [{ kind: 'definition' as const, text: found.meaning, answer: found.term }];
    }),
    ...tableRows(lines).map(({ question, answer }) => ({ kind: 'table' as const, text: question, answer })),
  ].filter(({ text: question }) => question.length <= MAX_QUESTION);
}

/** Blanks code blocks in the lines of a chunk; returns no lines if the chunk ends within a code block. */
function proseLines(text: string): readonly string[] {
  let fence: string | undefined;
  const lines = text.split('\n').map((line) => {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
      return '';
    }
    return fence !== undefined || line.length > MAX_LINE || /^(?: {4}|\t)\s*[^\s*+|\d-]/.test(line)
      ? ''
      : line;
  });
  return fence === undefined ? lines : [];
}

const headingLines = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line, index) => {
    const heading = HEADING.exec(line)?.[1];
    if (heading !== undefined) return [heading.replace(/\s#{1,6}\s*$/, '')];
    const isUnderlined =
      UNDERLINE.test(lines[index + 1] ?? '') && !isBlank(line) && isBlank(lines[index - 1]);
    return isUnderlined && !line.includes('|') ? [line] : [];
  });

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
