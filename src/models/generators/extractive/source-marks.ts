import { citationMarks } from '../citation-marks.ts';

/** Words after which a number in brackets belongs to the sentence: `see [3]`, `in [1] and [2]`. */
const LEAD_IN =
  /(?:^|[\s(])(?:see|in|by|of|from|to|with|and|or|per|at|on|for|than|via|refs?\.?|references?|eqs?\.?|equations?|sections?|cf\.?)\s?\(?$/i;
/** Indexed variables in code: `my_list`, `obj.items`, `$args`. */
const INDEXED = /[_$]|\w\.[A-Za-z]/;
const INDEX_END = /^(?:\.\w|\(|\s?=)/;
const CODE = /`[^`]*`/g;
/** Characters examined around a mark. */
const WINDOW = 50;

/**
 * A sentence without marks that look like srag's citations: notes of the source (`two years[3]`) are removed, and
 * numbers that are part of the sentence (`see [3]`) are put in round brackets. Code spans are unchanged. Returns
 * undefined if bracketed numbers are code indexes, which cannot be distinguished from marks.
 */
export function withoutSourceMarks(text: string): string | undefined {
  const code = Array.from(text.matchAll(CODE), ({ 0: span, index }) => ({
    start: index,
    end: index + span.length,
  }));
  let quoted = '';
  let from = 0;
  let span = 0;
  for (const { start, end } of citationMarks(text)) {
    while (span < code.length && code[span]!.end <= start) span += 1;
    if (span < code.length && code[span]!.start < start) continue;
    const before = text.slice(Math.max(0, start - WINDOW), start);
    const after = text.slice(end, end + WINDOW);
    if (INDEXED.test(lastWord(before)) || INDEX_END.test(after)) return undefined;
    const part = text.slice(from, start);
    quoted += isNoun(before, text.slice(start, end), after)
      ? `${part}(${text.slice(start + 1, end - 1)})`
      : part.trimEnd();
    from = end;
  }
  return (quoted + text.slice(from)).trim();
}

const lastWord = (text: string): string => text.split(/[^\w.$]/).at(-1) ?? '';

/** Whether a number in brackets is part of its sentence, which would be incomplete without it. */
const isNoun = (before: string, mark: string, after: string): boolean =>
  LEAD_IN.test(before) ||
  /^[\p{L}\p{N}]/u.test(after) ||
  (before.trim() === '' && /^\s+\p{Ll}/u.test(after)) ||
  // `[1, 2]` or `[1-3]` after a space may be an interval or a range that the sentence needs.
  (/\s$/.test(before) && /[,;–-]/.test(mark));
