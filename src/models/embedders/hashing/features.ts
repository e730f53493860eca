import { normaliseText } from '../../../core/index.ts';

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
/** Length of character grams: 2 in scripts other than Latin, because their characters are more specific. */
const gramLength = (word: string): number => (/[^\p{Script=Latin}\p{N}\p{M}]/u.test(word) ? 2 : 3);
/** Weight of a gram relative to a word. */
const GRAM_WEIGHT = 0.4;

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), with the final mixing of MurmurHash3 so that all bits are usable. */
function hash32(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Counts the words and the character grams of a text. A gram at an edge of a word includes a `_` there. */
function countFeatures(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const [word] of normaliseText(text, 'NFKC').toLowerCase().matchAll(WORDS)) {
    add(`w:${word}`);
    const marked = `_${word}_`;
    const length = gramLength(word);
    for (let start = 0; start + length <= marked.length; start++) {
      add(`g:${marked.slice(start, start + length)}`);
    }
  }
  return counts;
}

/**
 * Adds the signed hashed features of `text` to `vector` (Weinberger et al., "Feature Hashing for Large Scale
 * Multitask Learning", ICML 2009); weight 1 + ln(count). A text without words, or whose features cancel
 * out exactly, gets one component, so that no vector is zero.
 */
export function addHashedFeatures(text: string, vector: Float32Array): void {
  for (const [feature, count] of countFeatures(text)) {
    const bucket = hash32(feature, 0) % vector.length;
    const sign = (hash32(feature, 0x5bd1e995) & 1) === 0 ? 1 : -1;
    const weight = (feature.startsWith('w:') ? 1 : GRAM_WEIGHT) * (1 + Math.log(count));
    vector[bucket] = vector[bucket]! + sign * weight;
  }
  if (vector.every((component) => Math.abs(component) < 1e-6)) {
    vector[hash32(text, 1) % vector.length] = 1;
  }
}
