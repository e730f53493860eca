import { STOP_WORDS } from '../../../documents/lexical/index.ts';
import { areSynonyms, termOfWord } from './contrasts.ts';
import { particleOf, withoutParticle } from './korean.ts';
import { isParticular, type Known } from './names.ts';
import { isDenying } from './negation.ts';
import type { Token } from './tokens.ts';

/** Longer sentences are not aligned, because that takes quadratic time. */
const MAX_TOKENS = 90;
/** Words are compared only if the source has at least this share of the statement's words in their order. */
const MIN_SIMILARITY = 0.5;

const ENGLISH = new Set('the a an of is are to and for with was were by from at on it has have'.split(' '));

/**
 * Whether a word of the statement replaces another word of its source (`runs on redis`, `runs on memcached`):
 * the words around both are the same, in the same order, and neither is a common word.
 */
export const isReplaced = (statement: readonly Token[], source: readonly Token[], known: Known): boolean =>
  hasOther(statement, source, (here) => isWithin(here, known));

/** Like {@link isReplaced} for one clause: the word may occur elsewhere in the passage, but not near that clause. */
export const isExchanged = (
  statement: readonly Token[],
  clause: readonly Token[],
  isNear: (term: string) => boolean,
): boolean => hasOther(statement, clause, ({ lower }) => isNear(termOfWord(lower)));

function hasOther(
  statement: readonly Token[],
  source: readonly Token[],
  isKnown: (here: Token) => boolean,
): boolean {
  // Different words of other languages may have the same meaning, which is unknown here.
  if (![...statement, ...source].some(({ kind, lower }) => kind === 'hangul' || ENGLISH.has(lower)))
    return false;
  const own = contentOf(statement);
  const other = contentOf(source);
  if (own.length < 2 || own.length > MAX_TOKENS || other.length > MAX_TOKENS) return false;
  const pairs = commonSequence(own.map(keyOfToken), other.map(keyOfToken));
  if (pairs.length < MIN_SIMILARITY * own.length) return false;
  const ends: readonly (readonly [number, number])[] = [[-1, -1], ...pairs, [own.length, other.length]];
  const inSource = new Set(other.map(keyOfToken));
  const inStatement = new Set(own.map(keyOfToken));
  for (let index = 1; index < ends.length; index++) {
    const [left, right] = [ends[index - 1]!, ends[index]!];
    const mine = own.slice(left[0] + 1, right[0]);
    const theirs = other.slice(left[1] + 1, right[1]);
    if (mine.length === 0 || mine.length > 2) continue;
    for (let at = 0; at < mine.length; at++) {
      // Positions relative to the previous and to the next word that both texts contain.
      const behind = theirs.length - mine.length + at;
      for (const place of [
        ...(index > 1 || left[0] < 0 ? [at] : []),
        ...(index < ends.length - 1 ? [behind] : []),
      ]) {
        const [here, there] = [mine[at]!, theirs[place]];
        if (there === undefined || isKnown(here)) continue;
        if (inSource.has(keyOfToken(here)) || inStatement.has(keyOfToken(there))) continue;
        if (areOfOneKind(here, there)) return true;
      }
    }
  }
  return false;
}

const areOfOneKind = (here: Token, there: Token): boolean =>
  hasSamePart(here, there) &&
  isParticular(here) &&
  isParticular(there) &&
  !isRelated(here.lower, there.lower);

const contentOf = (tokens: readonly Token[]): Token[] =>
  tokens.filter(
    ({ kind, lower }) =>
      kind === 'hangul' ||
      kind === 'number' ||
      (kind === 'word' && !STOP_WORDS.has(lower) && !isDenying(lower)),
  );

const keyOfToken = ({ kind, lower }: Token): string =>
  kind === 'hangul' ? withoutParticle(lower) : kind === 'word' ? termOfWord(lower) : lower;

/** Whether the passage contains a word. Korean words may be part of a compound. */
const isWithin = ({ kind, lower }: Token, { words, squashed, initials }: Known): boolean =>
  kind === 'hangul'
    ? squashed.includes(withoutParticle(lower))
    : words.has(lower) || words.has(termOfWord(lower)) || initials.has(lower);

/** Whether two Korean particles mark the same part of a sentence. Subject and topic count as the same. */
const hasSamePart = (here: Token, there: Token): boolean =>
  here.kind === there.kind && (here.kind !== 'hangul' || partOf(here) === partOf(there));
const partOf = ({ lower }: Token): string => particleOf(lower).replace('은', '이');

/** Whether two words are synonyms or forms of one word, which share their beginning. */
const isRelated = (one: string, other: string): boolean => {
  if (areSynonyms(termOfWord(one), termOfWord(other))) return true;
  if (/^\p{Script=Hangul}/u.test(one))
    return one.includes(other.slice(0, 2)) || other.includes(one.slice(0, 2));
  return one.slice(0, 4) === other.slice(0, 4) && Math.min(one.length, other.length) > 4;
};

/** A longest common subsequence, as pairs of indexes. */
function commonSequence(left: readonly string[], right: readonly string[]): (readonly [number, number])[] {
  const width = right.length + 1;
  const lengths = new Uint8Array((left.length + 1) * width);
  for (let one = left.length - 1; one >= 0; one--)
    for (let two = right.length - 1; two >= 0; two--)
      lengths[one * width + two] =
        left[one] === right[two]
          ? lengths[(one + 1) * width + two + 1]! + 1
          : Math.max(lengths[(one + 1) * width + two]!, lengths[one * width + two + 1]!);
  const pairs: (readonly [number, number])[] = [];
  for (let one = 0, two = 0; one < left.length && two < right.length; ) {
    if (left[one] === right[two]) pairs.push([one++, two++]);
    else if (lengths[(one + 1) * width + two]! >= lengths[one * width + two + 1]!) one += 1;
    else two += 1;
  }
  return pairs;
}
