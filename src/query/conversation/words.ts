import { analyse, KOREAN_PARTICLES } from '../../documents/lexical/index.ts';

/** A content word of a text. */
export interface ContentWord {
  /** The word as written, without particles. */
  readonly text: string;
  /** Its index terms, by which forms of one word are equal. */
  readonly key: string;
}

/** Latin words with inner hyphens, dots and plus signs (`COVID-19`, `C++`), Hangul words, other words. */
const WORD =
  /[\p{Script=Latin}\p{N}]+(?:[-.+#_][\p{Script=Latin}\p{N}]+)*[+#]*|\p{Script=Hangul}+|[\p{L}\p{M}]+/gu;
/** Endings of English contractions. The words before them are stop words, except for `'s`. */
const CONTRACTION = /['’](?:s|t|m|re|ve|ll|d)\b/giu;
/** Words of requests and politeness, which name no topic. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'please thank thanks hello hi hey ok okay yes no yeah sure sorry tell know explain describe give show help want ' +
    'need like think mean say let lets understand question answer information detail details example me my we us one ' +
    'ones way ways thing things something anything much many lot really actually able use used using'
  ).split(' '),
);
const HANGUL = /^\p{Script=Hangul}/u;
/** Particles and endings of Korean nouns. */
const PARTICLE = new RegExp(
  `(?:${[...KOREAN_PARTICLES, '이라고', '입니다', '라고', '로는', '로도', '은요', '는요', '도요'].join('|')})$`,
  'u',
);
/** Korean verb forms, question words and words that point to something: none of them names a topic. */
const NO_TOPIC =
  /(?:나요|까요|가요|니까|세요|어요|아요|해요|에요|예요|되요|돼요|네요|군요|죠|줘|니다|는지|려면|으면|하면|되면|하고|하여|하며|하기|하도록|되어|해서|되는|하는|있는|없는|다)$|^(?:무엇|뭐|뭔|누구|누가|언제|어디|어떻|어떤|어느|왜|얼마|몇|그[럼런것건게거냥]|그러|그렇|그리고|그런데|그래|그때|이[런것건게거]|저[런것건게거]|여기|거기|저기|예제|예시|방법|설명|알려|보여|혹시|다른|관해|대해|대한|경우|좀|더|또|다시)/u;
/** A number without letters or unit, and a single letter. */
const BARE = /^(?:\p{N}{1,2}|[\p{Script=Latin}])$/u;
/** Longer words are encoded data. */
const MAX_WORD_LENGTH = 40;

/** The words of a text that may name its topic, in order, including repetitions. */
export function contentWords(text: string): ContentWord[] {
  const words: ContentWord[] = [];
  for (const [word] of text.replace(CONTRACTION, '').matchAll(WORD)) {
    const found = HANGUL.test(word) ? koreanNoun(word) : word;
    if (
      found === '' ||
      found.length > MAX_WORD_LENGTH ||
      BARE.test(found) ||
      FILLERS.has(found.toLowerCase())
    )
      continue;
    const key = analyse(found).join(' ');
    if (key !== '') words.push({ text: found, key });
  }
  return words;
}

/** A Korean word without its particle; empty if it is not a noun, or too short to tell. */
function koreanNoun(word: string): string {
  if (NO_TOPIC.test(word)) return '';
  const particle = PARTICLE.exec(word)?.[0] ?? '';
  // A particle after a Latin word is a run of its own.
  if (particle === word) return '';
  // The last syllable of a short word may belong to it (도로, 회의).
  const noun = word.length - particle.length >= 2 ? word.slice(0, word.length - particle.length) : word;
  return noun.length >= 2 ? noun : '';
}
