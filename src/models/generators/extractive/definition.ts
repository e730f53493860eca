import { analyse, STOP_WORDS } from '../../../documents/lexical/index.ts';
import { ASIDES, LINK_TARGETS_AND_TAGS, splitMarkup, withoutMarkup } from './markup.ts';

/** Maximum terms of a name. A question with more terms describes a topic that no sentence defines. */
const MAX_TERMS = 5;
/** Maximum length of the subject of a definition, in words from the start of the sentence. */
const SUBJECT_WORDS = 8;

/** Markdown marks and quotes, which may surround a name. */
const MARKS = /[*_`[\]\\"'“”‘’«»「」]/gu;

/** Words that show that the previous word is a verb: `layers let you`, `a layer is a`. */
const DETERMINER =
  /^(?:an?|the|your?|its|this|that|these|those|one|any|all|each|every|some|two|three|how|what|when|where|whether|which)$/u;
/** Forms of `be`. Whether they introduce a definition depends on the next words: `is not supported` does not. */
const BEING = /^(?:is|are|was|were)$/u;
const SAYS_WHAT =
  /^(?:also |simply |just |basically |essentially )?(?:called|known|defined|used|meant|designed|intended|made|short for|part|parts|kinds?|types?)\b/u;
const MEANING = /^(?:means?|refers?|stands?|denotes?|describes?|consists?|represents?)$/u;
/** Separators of a glossary or list entry, as in `Layers – archives of code`. */
const ENTRY = /^(?:–|—|:|-{1,2})$/u;

const KOREAN_TOPIC = /(이?라는\s*것은|이?란|은|는|이|가),?$/u;
const KOREAN_NAMING = /(?:란|라는\s*것은),?$/u;
/** Endings of a defining sentence. */
const KOREAN_IS =
  /(?:(?<!아)입니다|(?<!아)이다|이에요|예요|의미합니다|의미한다|뜻합니다|뜻한다|말합니다|말한다|가리킵니다|가리킨다|일컫습니다|부릅니다|부른다)[.!]?$/u;

/**
 * Whether a sentence has the form of a definition of `terms`: they alone are its subject, and its predicate says what
 * the subject is or does (`A layer is an archive`, `Layers let you share code`, `Layers – ...`, `계층이란 ...`).
 */
export function definesPlainly(text: string, terms: readonly string[]): boolean {
  if (terms.length === 0 || terms.length > MAX_TERMS) return false;
  const { outside } = splitMarkup(withoutMarkup(text, LINK_TARGETS_AND_TAGS).replace(MARKS, ''), ASIDES);
  const words = outside
    .map((part, index) => (index < outside.length - 1 ? part.trimEnd() : part))
    .join('')
    .trim()
    .toLowerCase()
    .split(/\s+/u);
  const wanted = new Set(terms);
  const found = new Set<string>();
  for (let index = 0; index < Math.min(words.length - 1, SUBJECT_WORDS); index++) {
    const word = words[index]!;
    const topic = KOREAN_TOPIC.exec(word);
    const label = /^(.+):$/u.exec(word)?.[1];
    for (const term of analyse(topic === null ? (label ?? word) : word.slice(0, topic.index))) {
      if (!wanted.has(term)) return false;
      found.add(term);
    }
    if (found.size < wanted.size) continue;
    if (topic !== null) return KOREAN_NAMING.test(word) || KOREAN_IS.test(words.at(-1)!);
    return label !== undefined || saysWhatItIs(words.slice(index + 1));
  }
  return false;
}

/** Whether the words after a subject say what it is or does. */
function saysWhatItIs([verb = '', next = '', ...rest]: readonly string[]): boolean {
  if (ENTRY.test(verb)) return next !== '';
  if (MEANING.test(verb)) return true;
  if (BEING.test(verb)) return DETERMINER.test(next) || SAYS_WHAT.test([next, ...rest].join(' '));
  return /^\p{L}+$/u.test(verb) && !STOP_WORDS.has(verb) && DETERMINER.test(next);
}

/** Abbreviations of capitals: `NEO`, `TTL`. */
const ABBREVIATION = /^\p{Lu}{2,6}$/u;
/** A word that an abbreviation may pass over. */
const PASSED_OVER = /^(?:of|and|the|for|to|in|a|an|on)$/u;

/** Whether a text spells out an abbreviation: its letters begin consecutive words (`time to live` for `TTL`). */
export function spellsOut(text: string, abbreviation: string): boolean {
  if (!ABBREVIATION.test(abbreviation)) return false;
  const wanted = abbreviation.toLowerCase();
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const initials = (counted: readonly string[]): string => counted.map((word) => word[0]).join('');
  const isSpelled =
    initials(words).includes(wanted) ||
    initials(words.filter((word) => !PASSED_OVER.test(word))).includes(wanted);
  // The initials of two words occur by chance.
  return isSpelled && (wanted.length > 2 || text.includes(`(${abbreviation})`));
}
