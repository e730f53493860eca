import { normaliseText } from '../../../../core/index.ts';
import { analyse } from '../../../../documents/lexical/index.ts';
import { koreanStem } from './korean.ts';
import { asksForCode, kindOf, type QuestionKind } from './question-kind.ts';

/** A word of a question that says what it is about. */
export type QuestionWord = {
  /** The word as asked, without quotes. */
  readonly text: string;
  /** A name: capitalised in the middle of the question, in Latin letters in a Korean one, or an identifier. */
  readonly isName: boolean;
  /** An identifier: `use_cache`, `X-Amz-Function-Error`. */
  readonly isCode: boolean;
} & (
  | { readonly term: string; readonly stem?: undefined }
  | { readonly stem: string; readonly term?: undefined }
);

export interface Question {
  readonly words: readonly QuestionWord[];
  /** All words in lower case, in order. */
  readonly tokens: readonly string[];
  readonly kind: QuestionKind;
  readonly asksForCode: boolean;
  readonly style: QuestionStyle;
}

/**
 * How a question is written: in Korean, as a sentence, or in lower case without a question mark, as in a search box, where
 * names have no capitals.
 */
export const QUESTION_STYLES = ['korean', 'sentence', 'search'] as const;
export type QuestionStyle = (typeof QUESTION_STYLES)[number];

/** Maximum words of a question. More words, as in a pasted page, take time and change little. */
const MAX_WORDS = 48;
const MAX_TOKENS = 100;
/** Maximum length of a Korean word, because every part of its stem is searched for. */
const MAX_KOREAN_LENGTH = 40;

const TOKEN = /[가-힣]+|[^\s가-힣,?!;:"“”‘’()[\]]+/gu;
const HANGUL = /[가-힣]/u;
const IDENTIFIER = /[_/{}@$=]|\w\.\w|[a-z][A-Z]|[A-Z][A-Z][a-z]|--\w|-\w+-\w/u;
/** Words that say little about a topic although they are not stop words. */
const LIGHT = new Set(
  'use get make go work want need happen mean do doe can take thing way put like know tell give let try keep see look find come stand'.split(
    ' ',
  ),
);

const CONNECTIVES = new Set(['vs', 'versus']);
const SENTENCE_START = /(?:^|[.!?:])[\s"“‘'(]*$/u;
/** Longest text between two sentences. */
const MAX_GAP = 6;

/** Whether a token at an offset is the first of its sentence, where capitals mark no names. */
const beginsSentence = (question: string, offset: number): boolean =>
  SENTENCE_START.test(question.slice(Math.max(0, offset - MAX_GAP), offset));

/** Parses a question. Korean words lose their particles and endings. */
export function parseQuestion(question: string): Question {
  const folded = normaliseText(question, 'NFC');
  const lower = folded.toLowerCase();
  return {
    words: wordsOf(folded),
    tokens: (lower.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_TOKENS),
    kind: kindOf(lower),
    asksForCode: asksForCode(lower),
    style: styleOf(folded),
  };
}

function styleOf(question: string): QuestionStyle {
  if (HANGUL.test(question)) return 'korean';
  return /[\p{Lu}?]/u.test(question) ? 'sentence' : 'search';
}

function wordsOf(question: string): QuestionWord[] {
  const tokens = question.match(TOKEN) ?? [];
  const capitals = tokens.filter((token) => /^\p{Lu}/u.test(token)).length;
  // If most words are capitalised, as in a title, capitals mark no names.
  const hasNames = capitals * 2 <= tokens.length + 2;
  const isKorean = HANGUL.test(question);
  const words = new Map<string, QuestionWord>();
  for (const { 0: raw, index } of question.matchAll(TOKEN)) {
    const text = withoutQuotes(raw);
    if (words.size >= MAX_WORDS) break;
    if (/^[가-힣]/u.test(text)) {
      const stem = koreanStem(text.slice(0, MAX_KOREAN_LENGTH));
      if (stem !== undefined && !words.has(stem))
        words.set(stem, { text, stem, isName: false, isCode: false });
      continue;
    }
    const isCode = IDENTIFIER.test(text) && /\p{L}/u.test(text);
    // Korean questions name things in Latin letters.
    const isName =
      isCode ||
      (isKorean
        ? /^\p{L}/u.test(text)
        : hasNames && /^\p{Lu}/u.test(text) && !beginsSentence(question, index));
    // A token without spaces, as in Chinese, has many terms.
    for (const term of analyse(text.toLowerCase().replace(/['’]s$/u, '')))
      if (!words.has(term) && !CONNECTIVES.has(term) && words.size < MAX_WORDS)
        words.set(term, { text, term, isName: isName && !LIGHT.has(term), isCode });
  }
  return [...words.values()];
}

const QUOTES = ".`'*";

/** A token without quotes, emphasis and full stops around it. */
function withoutQuotes(token: string): string {
  let start = 0;
  let end = token.length;
  while (start < end && QUOTES.includes(token[start]!)) start += 1;
  while (end > start && QUOTES.includes(token[end - 1]!)) end -= 1;
  return token.slice(start, end);
}

/** How much a word says about the topic, relative to its rarity. */
export const emphasisOf = (word: QuestionWord): number =>
  (word.term !== undefined && LIGHT.has(word.term) ? 0.4 : 1) * (word.isCode ? 1.3 : 1);
