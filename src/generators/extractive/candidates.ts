import { analyse, splitSentences } from '../../lexical/index.ts';
import type { Passage } from '../port.ts';

/** A sentence of a passage with its analysed terms. */
export interface Sentence {
  readonly text: string;
  readonly terms: readonly string[];
  readonly termSet: ReadonlySet<string>;
  /** Position among the sentences of its passage. */
  readonly position: number;
}

/** A passage cut into sentences. */
export interface CutPassage {
  readonly passage: Passage;
  /** Best first, from 0. */
  readonly rank: number;
  readonly sentences: readonly Sentence[];
  /** Terms of the title and of the headings above: what the passage's sentences need not repeat. */
  readonly context: ReadonlySet<string>;
}

/** From so many `name: value` pairs on, a line is a record or a log entry. */
const RECORD_PAIRS = 4;

/** Whether a line says something in words: not code alone, and no record of names and values. */
function isProse(text: string): boolean {
  const words = text.replace(/`[^`]*`/gu, ' ').match(/\p{L}+/gu) ?? [];
  return words.length > 1 && (text.match(/\p{L}:\s/gu) ?? []).length < RECORD_PAIRS;
}

/** Cuts passages into sentences, white space folded. */
export function cutPassages(passages: readonly Passage[]): CutPassage[] {
  return passages.map((passage, rank) => ({
    passage,
    rank,
    sentences: splitSentences(passage.text)
      .map(({ start, end }) => passage.text.slice(start, end).replace(/\s+/gu, ' '))
      .filter(isProse)
      .map((text, position) => {
        const terms = analyse(text);
        return { text, terms, termSet: new Set(terms), position };
      }),
    context: new Set(analyse([passage.title, ...passage.headingPath].join(' '))),
  }));
}
