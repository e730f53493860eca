import { normaliseText } from '../../../core/index.ts';
import { analyse } from '../../../documents/lexical/index.ts';

/** The expected type of answer, from the question word. */
export type AnswerType =
  | 'person'
  | 'time'
  | 'place'
  | 'number'
  | 'reason'
  | 'manner'
  | 'condition'
  | 'thing'
  | 'other';

/** A question, parsed for sentence selection. */
export interface ParsedQuestion {
  /** Distinct terms, without question words and endings. */
  readonly terms: readonly string[];
  /** Distinct pairs of neighbouring terms, joined by a space. */
  readonly pairs: readonly string[];
  readonly type: AnswerType;
  /** The term for the requested thing (`episode` in `how many episodes`), if any. */
  readonly focus: string | undefined;
  /** Whether it asks for a definition of its terms: `what is X`, `X란`. */
  readonly asksForDefinition: boolean;
  /** Terms of names: capitalised words after the first word, unless most words are capitalised. */
  readonly names: readonly string[];
}

/** The first match wins; ordered from most to least specific. */
const TYPES: readonly (readonly [type: AnswerType, pattern: RegExp, laterInLine?: RegExp])[] = [
  ['number', /\bhow (?:many|much|old|long|tall|big|far|fast|high|deep|large|often|heavy)\b|몇|얼마/],
  [
    'number',
    /\b(?:what|which) (?:is the )?(?:number|percentage|percent|population|size|age|amount|height|length)\b/,
  ],
  // A question about when to do something expects a condition, not a date.
  ['condition', /\bwhen (?:should|do|does|can|must|to)\b/, /\b(?:use|need|choose|prefer|apply)\b/],
  ['condition', /언제/, /사용|쓰|쓸|써|필요|선택/],
  ['time', /\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|season)\b|언제/],
  ['place', /\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|continent|region)\b|어디/],
  ['person', /\bwho(?:m|se)?\b|누구|누가/],
  ['reason', /\bwhy\b|\bwhat (?:causes?|caused)\b|왜|이유/],
  ['manner', /\bhow\b|어떻게|방법/],
  ['thing', /\bwhat\b|\bwhich\b|\bname\b|무엇|뭐|뭔|어떤|어느/],
];

const ASKS_FOR_DEFINITION =
  /^\s*(?:what(?:'s| is| are| was| were)|define|what does .* mean|explain)\b|\bmeaning of\b|(?:이?란|은|는|이|가)\s+(?:무엇|뭐|뭔)/u;

/** Maximum terms of a question. More terms, as in a pasted page, take seconds and change little. */
const MAX_TERMS = 64;

const FOCUS = /\b(?:what|which|how many|how much|whose)\s+([\p{L}\p{N}]+(?:\s+[\p{L}\p{N}]+)?)/u;

/** Korean question words and question endings, which do not describe the topic. */
const KOREAN_ASKING = /(?:무엇|뭐|뭔|누구|누가|언제|어디|어떻게|왜|얼마|어떤|어느)[가-힣]*/gu;
const KOREAN_ENDING =
  /(?:하나요|되나요|인가요|있나요|나요|습니까|입니까|합니까|됩니까|니까|까요|가요|는가|은가|인가|알려\s*주세요|주세요|해야|하려면)(?=[\s?.!]|$)/gu;

/** Particles between a name and `what is it`, which are not part of the name: `캐시란 무엇`. */
const KOREAN_NAMING = /(?:이?라는\s*것은|이?란|은|는|이|가)(?=\s+(?:무엇|뭐|뭔))/gu;
/** Particles after Latin letters or digits, which would otherwise become terms of one character: `def는`. */
const KOREAN_PARTICLE =
  /(?<=[\p{Script=Latin}\p{N}`'")])(?:에서|으로|이?란|은|는|이|가|을|를|의|에|와|과|도|로)(?=[\s?.!,]|$)/gu;

/** Parses a question in English or Korean; in other languages, the type is `other`. */
export function parseQuestion(question: string): ParsedQuestion {
  const folded = normaliseText(question, 'NFC').toLowerCase();
  const type = TYPES.find(([, pattern, later]) => matches(folded, pattern, later))?.[0] ?? 'other';
  const topic = [KOREAN_NAMING, KOREAN_PARTICLE, KOREAN_ASKING, KOREAN_ENDING].reduce(
    (text, pattern) => text.replace(pattern, ' '),
    folded,
  );
  const all = analyse(topic).slice(0, MAX_TERMS);
  const pairs = new Set<string>();
  for (let index = 1; index < all.length; index++) pairs.add(`${all[index - 1]} ${all[index]}`);
  const focus = analyse(FOCUS.exec(folded)?.[1] ?? '').at(-1);
  const asksForDefinition = ASKS_FOR_DEFINITION.test(folded);
  return {
    terms: [...new Set(all)],
    pairs: [...pairs],
    type,
    focus,
    asksForDefinition,
    names: namesIn(question),
  };
}

/** Whether a text matches a pattern and then, in the same line, the pattern `later`, if given. */
function matches(text: string, pattern: RegExp, later?: RegExp): boolean {
  if (later === undefined) return pattern.test(text);
  return text.split(/[\n\r\u2028\u2029]/).some((line) => {
    const match = pattern.exec(line);
    return match !== null && later.test(line.slice(match.index + match[0].length));
  });
}

function namesIn(question: string): string[] {
  const later = (normaliseText(question, 'NFC').match(/[\p{L}\p{N}]+/gu) ?? []).slice(1);
  const capitalised = later.filter((word) => /^\p{Lu}/u.test(word));
  return capitalised.length * 2 > later.length ? [] : capitalised.flatMap((word) => analyse(word));
}
