import { proseRanges, type TextRange } from './prose.ts';

/** Maximum length of a sentence; longer text without full stops is split at a space. */
const MAX_SENTENCE = 1_200;

/** Abbreviations, whose full stop does not end a sentence. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof st sr jr vs etc eg ie al fig figs eq no nos vol pp ca cf approx inc ltd co corp dept est ' +
    'gen col capt lt sgt gov sen rep rev hon pres mt ft jan feb mar apr jun jul aug sep sept oct nov dec'
  ).split(' '),
);

/**
 * A full stop or similar mark with closing quotes and brackets. ASCII marks end a sentence only before white
 * space, ideographic marks anywhere. Footnote numbers may follow; they are not part of a sentence.
 */
const STOP = /(?:([.!?…]+["'”’»)\]]*)|[。！？]+["'”’」』）)]*)((?:\[\d[\d,;\u2013 -]{0,39}\])*)/gu;
const WORD_BEFORE = /(?<![\p{L}\p{N}.])[\p{L}\p{N}.]+$/u;
/** The first letter of the next sentence, possibly after opening quotes or brackets. */
const NEXT = /^(\s*)["'“‘«([*_`]*\s*(\S)?/u;

/**
 * The sentences of `text` as UTF-16 ranges, in order, without surrounding white space. Headings, code and
 * tables of Markdown are left out. Handles tokenised text (` . `), abbreviations, initials and ideographic
 * full stops. Takes time linear in the length of the text.
 */
export function splitSentences(text: string): TextRange[] {
  const sentences: TextRange[] = [];
  for (const range of proseRanges(text)) {
    const prose = text.slice(range.start, range.end);
    let start = 0;
    for (const stop of prose.matchAll(STOP)) {
      const [whole, ascii, notes = ''] = stop;
      const next = stop.index + whole.length;
      if (ascii !== undefined && /^\S/.test(prose.charAt(next))) continue;
      if (!endsSentence(prose, stop.index, next)) continue;
      push(sentences, text, range.start + start, range.start + next - notes.length);
      start = next;
    }
    push(sentences, text, range.start + start, range.end);
  }
  return sentences;
}

function endsSentence(prose: string, stop: number, end: number): boolean {
  const [, gap = '', next = ''] = NEXT.exec(prose.slice(end, end + 40)) ?? [];
  if (next === '') return true;
  if (/\p{Ll}/u.test(next)) return false;
  if (prose[stop] !== '.' || gap === '') return true;
  const before = WORD_BEFORE.exec(prose.slice(Math.max(0, stop - 24), stop))?.[0] ?? '';
  // In tokenised text, a space precedes the final full stop.
  if (before === '') return !/^[,;:)]/.test(next);
  if (/^\p{Lu}$/u.test(before) || /(?:^|\.)\p{L}$/u.test(before)) return false;
  return !ABBREVIATIONS.has(before.toLowerCase());
}

function push(sentences: TextRange[], text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(text.charAt(start))) start += 1;
  while (end > start && /\s/.test(text.charAt(end - 1))) end -= 1;
  while (end - start > MAX_SENTENCE) {
    const space = text.slice(start, start + MAX_SENTENCE + 1).lastIndexOf(' ');
    const cut = start + (space > 0 ? space : wholeCharacters(text, start, MAX_SENTENCE));
    sentences.push({ start, end: cut });
    start = space > 0 ? cut + 1 : cut;
  }
  if (end > start && /[\p{L}\p{N}]/u.test(text.slice(start, end))) sentences.push({ start, end });
}

/** The largest length up to `length` that does not split a surrogate pair. */
const wholeCharacters = (text: string, start: number, length: number): number =>
  /[\ud800-\udbff]/.test(text.charAt(start + length - 1)) ? length - 1 : length;
