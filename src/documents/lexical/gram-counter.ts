import { gramsOf } from './grams.ts';
import { forEachRun } from './words.ts';

const FILTER_SIZE = 4_096;
const EDGE = '_'.charCodeAt(0);

/** Counts a few given grams in texts without creating a string for every gram of a text. */
export class GramCounter {
  readonly #numbers: ReadonlyMap<string, number>;
  /** Marks the hashes of the wanted 4-grams, to reject nearly all other windows of a text quickly. */
  readonly #filter = new Uint8Array(FILTER_SIZE);

  constructor(grams: readonly string[]) {
    this.#numbers = new Map(grams.map((gram, number) => [gram, number]));
    for (const gram of grams) {
      if (gram.length === 4) this.#filter[hash(gram)] = 1;
    }
  }

  get size(): number {
    return this.#numbers.size;
  }

  /**
   * Counts how often each given gram occurs in the words of the text, and how many grams these words have in
   * total.
   */
  countIn(text: string): { readonly counts: Uint32Array; readonly length: number } {
    const counts = new Uint32Array(this.#numbers.size);
    let length = 0;
    forEachRun(text, (folded, start, end, script) => {
      if (script === 'latin' || script === 'alphabet') {
        length += Math.max(0, end - start - 1);
        this.#countWindows(folded, start, end, counts);
        return;
      }
      for (const gram of gramsOf(folded.slice(start, end), script)) {
        length += 1;
        const number = this.#numbers.get(gram);
        if (number !== undefined) counts[number]! += 1;
      }
    });
    return { counts, length };
  }

  /** Counts the 4-grams of `_word_`, where the positions before and after the word stand for edge marks. */
  #countWindows(text: string, start: number, end: number, counts: Uint32Array): void {
    if (end - start < 2) return;
    for (let from = start - 1; from + 3 <= end; from++) {
      const first = from < start ? EDGE : text.charCodeAt(from);
      const last = from + 3 === end ? EDGE : text.charCodeAt(from + 3);
      if (this.#filter[mix(first, text.charCodeAt(from + 1), text.charCodeAt(from + 2), last)] === 0)
        continue;
      const left = from < start ? '_' : text.charAt(from);
      const number = this.#numbers.get(left + text.slice(from + 1, from + 3) + String.fromCharCode(last));
      if (number !== undefined) counts[number]! += 1;
    }
  }
}

const mix = (first: number, second: number, third: number, fourth: number): number =>
  (Math.imul(((first * 37 + second) * 37 + third) * 37 + fourth, 0x9e3779b1) >>> 20) & (FILTER_SIZE - 1);

const hash = (gram: string): number =>
  mix(gram.charCodeAt(0), gram.charCodeAt(1), gram.charCodeAt(2), gram.charCodeAt(3));
