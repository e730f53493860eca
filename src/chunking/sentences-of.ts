import { sentences } from './sentences.ts';

/** Sentences of a text as UTF-16 offsets; a blank line always ends one. */
export function sentencesOf(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const paragraphs = /[^\n]+(?:\n[^\n]+)*/g;
  for (const { index, 0: paragraph } of text.matchAll(paragraphs)) {
    const part = { kind: 'paragraph' as const, start: index, end: index + paragraph.length, tokens: 0 };
    for (const { start, end } of sentences(text, part)) found.push({ start, end });
  }
  return found;
}
