import type { QuestionKind } from './question/question-kind.ts';
import type { Unit } from './units/units.ts';

const NUMBER =
  /\d|\b(?:one(?! (?:or more|of|another)\b)|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|million|billion|once|twice|single)\b|[한두세네]\s?(?:개|번|가지)|하나(?=의|만|씩)|단일/iu;
const DURATION =
  /(?:\d|\b(?:one|two|three|four|five|six|seven|ten|a|an|few)\b)[\s-]{0,3}(?:ms\b|milliseconds?|seconds?|secs?\b|minutes?|mins?\b|hours?|days?|weeks?|months?|years?)|\d\s?(?:초|분|시간|일|주|개월|년)/iu;
const RECURRENCE =
  /\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|hourly|quarterly|once|twice|every|each (?:time|second|minute|hour|day|week|month|quarter|year)|periodically|times (?:a|per)|per (?:second|minute|hour|day|week|month|year))\b|매일|매주|매달|매년|마다/iu;
const DATE =
  /\b(?:1[0-9]|20)\d{2}s?\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|century)\b|\d\s?(?:년|월|일)|\bv?\d+\.\d/u;
const NAME = /(?<=\S\s)\p{Lu}\p{L}+/u;
const PLACE =
  /\b(?:in|at|on|near|from|across|between|through|under|into|to)\s+(?:the\s+)?[\p{Lu}`/]|에서|에 있/u;
const REASON =
  /\b(?:because|due to|so that|in order to|as a result|reason|caused? by|causes|led to|drove|thanks to|benefit(?:s|ed|ing)? from|since|therefore|driven by|owing to|attribut(?:ed|able) to|result(?:s|ed|ing)? (?:from|of)|if .{0,200} (?:can't|cannot|doesn't|fails?))\b|때문|위해|이유|므로|기에|니까/iu;
const MANNER =
  /^(?:to|use|set|run|add|create|call|choose|open|configure|specify|you can|if you (?:want|need)|for)\b|\b(?:by \w+ing|using|you can|you must|must|make sure|need to|should)\b|하려면|방법|사용|통해|하여|수 있|하세요|하십시오|됩니다/iu;
const CONDITION =
  /\b(?:if|when|whenever|unless|in case|for (?:\p{L}+ )?(?:that|which|who))\b|(?:때|경우)(?=[\s에는가,.])|만약|[가-힣]면(?=[\s,])/iu;
const DEFINITION =
  /\b(?:is an?|are|is the|refers? to|means?|known as|called|defined as|consists? of|lets? you)\b|[–—]|란 |이란|의미|뜻|입니다|이다/u;
const NEGATION = /\b(?:not|no|never|only|cannot|none|without|unsupported)\b|n't\b|없|않|안 |못|만 /iu;
const MODAL =
  /\b(?:can|must|may|should|support(?:s|ed)?|allow(?:s|ed)?|required?|able|recommend(?:ed)?|possible|available)\b|수 있|해야|권장|가능|지원|허용|필요/iu;
const LIMIT =
  /\b(?:up to|maximum|minimum|at (?:most|least)|limit(?:s|ed)?|more than|less than|fewer than|exceed|between|default|quota|no longer than)\b|최대|최소|이상|이하|까지|기본값|미만|초과/iu;
const IDENTIFIER = /`[^`]+`|\b[a-z]+[A-Z]\w+|\b\w+_\w+|--\w/u;
const CONTRAST =
  /\b(?:while|whereas|but|however|unlike|instead|compared|both|other)\b|반면|하지만|그러나|대신|달리/iu;
const SENDS_ELSEWHERE =
  /^(?:for (?:more|further|additional) |see (?:also )?|to learn more|learn more|read more|check (?:the|out))|(?:참고하세요|참조하세요|확인하세요|읽어\s?보세요)\.?$/iu;
const ASKS = /\?[*_"”]*$/u;
const INTRODUCES = /:$/u;
const ENDS_SENTENCE = /[.!?:…。！？다요][)\]"'”’`]*$/u;
const REFERS_BACK =
  /^(?:it|its|he|she|his|her|they|their|this|these|that|those|such|이|그|이는|이게|그게|이것|그것|또한|그러면|그러나|하지만)(?=[\s,])/iu;

/** Signs that a unit is the kind of statement that a kind of question asks for. */
const SIGNS: readonly (readonly [name: string, kinds: readonly QuestionKind[], pattern: RegExp])[] = [
  ['number', ['number'], NUMBER],
  ['limit', ['number', 'duration', 'yesno'], LIMIT],
  ['duration', ['duration', 'frequency'], DURATION],
  ['durationNumber', ['duration', 'frequency'], NUMBER],
  ['date', ['time'], DATE],
  ['recurrence', ['frequency', 'time'], RECURRENCE],
  ['place', ['place'], PLACE],
  ['person', ['person'], NAME],
  ['reason', ['reason'], REASON],
  ['manner', ['manner'], MANNER],
  ['condition', ['condition', 'time'], CONDITION],
  ['definition', ['definition', 'what'], DEFINITION],
  ['negation', ['yesno', 'reason'], NEGATION],
  ['modal', ['yesno', 'manner'], MODAL],
  ['identifier', ['which', 'what', 'manner', 'other'], IDENTIFIER],
  ['name', ['which', 'what'], NAME],
  ['contrast', ['difference'], CONTRAST],
];

/** Features of a unit's form, by name; absent ones are 0. */
export function formOf({ text, kind }: Unit, question: QuestionKind): Record<string, number> {
  const form: Record<string, number> = { long: Math.min(1, text.length / 300) };
  for (const [name, kinds, pattern] of SIGNS)
    if (kinds.includes(question) && pattern.test(text)) form[name] = 1;
  if (SENDS_ELSEWHERE.test(text)) form.elsewhere = 1;
  if (ASKS.test(text)) form.asks = 1;
  if (introduces(text)) form.introduces = 1;
  if (kind === 'sentence' && refersBack(text)) form.refersBack = 1;
  return form;
}

/** Whether a sentence introduces the list or example that follows. */
export const introduces = (text: string): boolean => INTRODUCES.test(text);
/** Whether a text ends as a sentence does, not as a heading or caption. */
export const endsSentence = (text: string): boolean => ENDS_SENTENCE.test(text);
/** Whether a sentence begins with a word that refers to the sentence before. */
export const refersBack = (text: string): boolean => REFERS_BACK.test(text);

const RECORD_PAIRS = 4;

/** Whether a text is prose or a row, not a log entry or a record of names and values, or just names. */
export function isStatement(text: string): boolean {
  const words = text.replace(/`[^`]*`/gu, ' ').match(/\p{L}+/gu) ?? [];
  return words.length > 1 && (text.match(/\p{L}:\s/gu) ?? []).length < RECORD_PAIRS;
}
