import { plainText } from '../../core/index.ts';
import { analyse, STOP_WORDS, splitSentences } from '../../documents/lexical/index.ts';

/** A term and its definition. */
export interface Definition {
  readonly term: string;
  readonly meaning: string;
}

const MAX_TERM = 60;
const MAX_TERM_WORDS = 4;
/** Minimum number of terms: fewer do not identify a subject. */
const MIN_MEANING_TERMS = 4;

/** Bold or code at the start of a line or list item, then a dash or colon: `- **Term** - meaning`, `**Term:** meaning`. */
const ENTRY = /^(?:[-*+]|\d{1,3}[.)])?[ \t]{0,4}(?:\*\*|`)([^*`]{2,80})(?:\*\*|`)/;
const SEPARATOR = /^(?:\\?-|–|—|:|：)\s{1,4}(?=\S)/u;

/** Phrases between a term and its meaning, in any supported language. */
const COPULAS = [
  ...[' is a ', ' is an ', ' is the ', ' are the ', ' refers to ', ' means '],
  ...[' ist ein ', ' ist eine ', ' ist der ', ' ist die ', ' ist das ', ' bezeichnet '],
  ...[
    ' est un ',
    ' est une ',
    ' est le ',
    ' est la ',
    ' désigne ',
    ' es un ',
    ' es una ',
    ' é um ',
    ' é uma ',
  ],
  ...[' è un ', ' è una ', 'とは、', 'とは', '是一种', '是一個', '是一个'],
];
const ARTICLE = /^(?:an?|the|eine?|der|die|das|une?|le|la|el|una|il|o)\s+/iu;
const KOREAN_TOPIC = /^(.{1,40}?)(?:이란|란|은|는) /u;
const KOREAN_IS = /(?:입니다|이다|말합니다|말한다|의미합니다|의미한다|뜻합니다|뜻한다)[.。]?$/u;
/** Korean topics that are not terms: they begin with a word such as `그`, or end in a verb (`있는`). */
const KOREAN_NO_TERM =
  /^(?:이|그|저|위|이것|그것|그래서|물론|여기|다음|우리)(?:[\s이가은는]|$)|(?:있|없|하|되|않|받|주)$/u;
const KOREAN_REASON = /때문$/u;

/** The definition at the start of a line of prose; undefined if there is none. */
export function definitionIn(line: string, startsParagraph: boolean): Definition | undefined {
  const entry = entryOf(line);
  if (entry !== undefined || !startsParagraph) return entry;
  const [first] = splitSentences(line);
  return first === undefined ? undefined : sentenceDefinition(plainText(line.slice(first.start, first.end)));
}

function entryOf(line: string): Definition | undefined {
  const item = line.trim();
  const [marked = '', bold = ''] = ENTRY.exec(item) ?? [];
  const rest = item.slice(marked.length).trimStart();
  const label = bold.trim();
  const hasColon = /[:：]$/u.test(label);
  const separator = SEPARATOR.exec(rest)?.[0];
  if (!hasColon && separator === undefined) return undefined;
  const prose = rest.slice(separator?.length ?? 0);
  const [first] = splitSentences(prose);
  return first === undefined
    ? undefined
    : checked(hasColon ? label.slice(0, -1) : label, plainText(prose.slice(first.start, first.end)));
}

function sentenceDefinition(sentence: string): Definition | undefined {
  const [topic, subject = ''] = KOREAN_TOPIC.exec(sentence) ?? [];
  if (topic !== undefined && KOREAN_IS.test(sentence)) {
    const meaning = sentence.slice(topic.length).replace(KOREAN_IS, '');
    return KOREAN_NO_TERM.test(subject) || KOREAN_REASON.test(meaning)
      ? undefined
      : checked(subject, meaning);
  }
  const [at, copula] = COPULAS.map((words) => [sentence.indexOf(words), words] as const)
    .filter(([index]) => index > 0)
    .sort(([a, first], [b, second]) => a - b || second.length - first.length)[0] ?? [0, ''];
  return at === 0
    ? undefined
    : checked(sentence.slice(0, at).replace(ARTICLE, ''), sentence.slice(at + copula.length));
}

function checked(term: string, meaning: string): Definition | undefined {
  const named = plainText(term).replace(/^["'“”‘’「」]|["'“”‘’「」]$/gu, '');
  const words = named.split(' ');
  const isTerm =
    named.length <= MAX_TERM &&
    words.length <= MAX_TERM_WORDS &&
    !/[,;!?]|\.\.\./.test(named) &&
    !STOP_WORDS.has(words[0]!.toLowerCase()) &&
    analyse(named).length > 0;
  const isProse = /\s\p{L}{2}|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Hangul}]{4}/u.test(meaning);
  const trimmedMeaning = meaning.trim().replace(/[.。:：]$/u, '');
  return isTerm && isProse && new Set(analyse(trimmedMeaning)).size >= MIN_MEANING_TERMS
    ? { term: named, meaning: trimmedMeaning }
    : undefined;
}
