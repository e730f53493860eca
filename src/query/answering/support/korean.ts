import { KOREAN_PARTICLES } from '../../../documents/lexical/index.ts';

/** Particles and endings of nouns, longest first. */
const ENDINGS = [
  ...KOREAN_PARTICLES,
  ...'이라고 입니다 이었다 이에요 이며 이고 이다 였다 예요 라고 로는 로도 와의 과의 만을 만이 들은 들이 들을 들'.split(
    ' ',
  ),
].sort((one, other) => other.length - one.length);
/** Endings that turn a noun into a verb. Only the noun before them is compared. */
const VERB =
  /^(.{2,6}?)(?:(?:하|되|시키|받)[지는고며면여어야기게도려므였었겠십세않다니시서자던].*|(?:한|된|합|됩|했|됐|해|돼)(?:다|니|습|었|야|서|도|요|지|$).*|(?:할|될|함|됨)$)/;
const VERBAL_END = /(?:다|고|며|면|지만)$/;
const STEM = /^(.{1,3}?)(?:는다|습니다|었다|았다|어야|어서|으면|지만|으십시오|십시오|으세요|어라|아라)$/;

/** Whether a run of Hangul is a particle, as after a Latin word or a number. */
export const isParticle = (run: string): boolean => ENDINGS.includes(run);

/** A Korean word without its particle; at least one syllable is kept. */
export function withoutParticle(word: string): string {
  for (const ending of ENDINGS)
    if (word.length > ending.length + (ending.length === 1 ? 1 : 0) && word.endsWith(ending))
      return word.slice(0, -ending.length);
  return word;
}

/** Comparison key of a Korean word: the noun of `noun + 하다`, else two syllables without the particle. */
export function keyOf(word: string): string {
  const verb = (VERB.exec(word) ?? STEM.exec(word))?.[1];
  if (verb !== undefined) return verb.slice(0, 2);
  const stem = withoutParticle(word).slice(0, 2);
  return VERBAL_END.test(word) ? opened(stem) : stem;
}

/** The particle of a word, which marks its role. Variants of a particle count as the same. */
export function particleOf(word: string): string {
  const particle = word.slice(withoutParticle(word).length);
  return { 는: '은', 가: '이', 를: '을', 와: '과', 로: '으로' }[particle] ?? particle;
}

/** Whether a word ends like a verb or adjective. */
export const isPredicate = (word: string): boolean => PREDICATE.test(word);
const PREDICATE =
  /(?:다|요|까|죠|하고|되고|이고|있고|없고|며|면|지만|지|려고|도록|수록|[하되]는|[한된할될함됨]|[하되]여|해|돼|해서|어서|아서|려면|거나|다가|자마자|면서|더라도|던|[치리기키시히이우]는|[린진난긴인])$/;
const FINAL_CONSONANTS = 28;
const HANGUL_START = 0xac00;

/** The word without a final consonant that may be a verb ending: `만든` and `만들` are the same verb. */
export function opened(stem: string): string {
  const code = stem.charCodeAt(stem.length - 1) - HANGUL_START;
  const final = code % FINAL_CONSONANTS;
  // The final consonants ㄴ and ㄹ, and ㅂ of the polite form.
  return final === 4 || final === 8 || final === 17
    ? stem.slice(0, -1) + String.fromCharCode(code - final + HANGUL_START)
    : stem;
}
