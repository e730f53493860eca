import { analyse, splitSentences } from '../../lexical/index.ts';
import type { Passage } from '../port.ts';

/** A sentence of a passage with its analysed terms. */
export interface Sentence {
  readonly text: string;
  readonly terms: readonly string[];
  readonly termSet: ReadonlySet<string>;
  /** Position in its passage. */
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

/** Cuts passages into sentences, white space folded. */
export function cutPassages(passages: readonly Passage[]): CutPassage[] {
  return passages.map((passage, rank) => ({
    passage,
    rank,
    sentences: splitSentences(passage.text).map(({ start, end }, position) => {
      const text = passage.text.slice(start, end).replace(/\s+/gu, ' ');
      const terms = analyse(text);
      return { text, terms, termSet: new Set(terms), position };
    }),
    context: new Set(analyse([passage.title, ...passage.headingPath].join(' '))),
  }));
}
