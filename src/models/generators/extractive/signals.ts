import { analyse } from '../../../documents/lexical/index.ts';
import type { Sentence } from './candidates.ts';
import { definesPlainly } from './definition.ts';
import { MARKUP, splitMarkup, withoutMarkup } from './markup.ts';
import type { ParsedQuestion } from './question.ts';

/** Runs of capitalised words. */
const NAME = /\p{Lu}[\p{L}'’.-]*(?:\s+(?:(?:of|the|de|von|van|and)\s+)?\p{Lu}[\p{L}'’.-]*)*/gu;
const NUMBER =
  /\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|once|twice)\b|[두세네]\s?(?:개|번|가지)/giu;
const DATE =
  /\b(?:1[0-9]|20)\d{2}s?\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century)\b|(?<!\d)\d+\s?(?:년|월|일|시간|분|초)/gu;
const PLACE =
  /\b(?:in|at|on|near|from|across|between|through|throughout|within|of)\s+(?:the\s+)?\p{Lu}|(?:에서|에 있)/u;
const REASON =
  /\b(?:because|due to|so that|in order to|as a result|reason|caused? by|causes|since|therefore)\b|때문|위해|이유|므로/iu;
const MANNER =
  /\b(?:by|using|use|with|through|via|can|must|set|run|add|create|call)\b|하려면|방법|사용|통해|하여|수 있/iu;
/** A negation after the verb, which rules out a definition. */
const DENIED = /^\s+(?:not|never)\b/u;
const CONDITION =
  /\b(?:if|when|whenever|unless|in case|for (?:\p{L}+ )?(?:that|which|who))\b|(?:때|경우)(?=[\s에는가,.])|만약|[가-힣]면(?=[\s,])/iu;
const DEFINITION =
  /\b(?:is|are|was|were|refers? to|means?|known as|called|defined as|consists? of)\b|란 |이란|의미|뜻|입니다|이다/u;
const PRONOUN =
  /^(?:it|its|he|she|his|her|they|their|this|these|that|those|such|이|그|이는|이게|그게|이것|그것)(?=[\s,])/iu;
/** Sentences that are not statements: introductions, questions and references to other pages. */
const INTRODUCES = /:[*_]*$/u;
const ASKS = /\?[*_"”]*$/u;
const SENDS_ELSEWHERE =
  /^(?:for (?:more|further|additional) |see (?:also )?|to learn more|learn more|read more|check (?:the|out))|(?:참고하세요|참조하세요|확인하세요)\.?$/iu;

/** Maximum length of the subject of a definition beyond its own terms, in UTF-16 units. */
const SUBJECT_REACH = 60;

/** 1 if the question asks for a definition and the sentence starts like one: `A layer version is ...`. */
function defines(sentence: Sentence, question: ParsedQuestion): number {
  if (!question.asksForDefinition || question.terms.length === 0 || question.terms.length > 5) return 0;
  const text = withoutMarkup(sentence.text, MARKUP);
  const verb = DEFINITION.exec(text);
  if (verb === null) return 0;
  const korean = /[가-힣]/u.test(verb[0]);
  // The subject precedes the verb; in Korean, most verbs end the sentence, so the whole sentence is searched.
  const subject = korean ? text : text.slice(0, verb.index);
  if (!korean && DENIED.test(text.slice(verb.index + verb[0].length))) return 0;
  if (!korean && verb.index > question.terms.join(' ').length + SUBJECT_REACH) return 0;
  const subjectTerms = new Set(analyse(subject));
  return question.terms.every((term) => subjectTerms.has(term)) ? 1 : 0;
}

/** Features of a sentence's form with respect to the question; some names end in the question type they apply to. */
export function signalsOf(
  sentence: Sentence,
  question: ParsedQuestion,
  context: ReadonlySet<string>,
): Record<string, number> {
  const { text } = sentence;
  const known = new Set([...question.terms, ...context]);
  const newNames = (text.match(NAME) ?? []).filter((name) =>
    analyse(name).some((term) => !known.has(term)),
  ).length;
  const numbers = (text.match(NUMBER) ?? []).filter((number) => !known.has(number.toLowerCase())).length;
  const dates = (text.match(DATE) ?? []).filter((date) => !known.has(date.toLowerCase())).length;
  const definition = DEFINITION.test(text) ? 1 : 0;
  const names = Math.log(1 + newNames);
  const number = Math.log(1 + numbers);
  const date = Math.log(1 + dates);
  const place = PLACE.test(text) ? 1 : 0;
  const is = (type: ParsedQuestion['type'], value: number) => (question.type === type ? value : 0);
  return {
    names,
    numbers: number,
    dates: date,
    definition,
    defines: defines(sentence, question),
    definesPlainly: question.asksForDefinition && definesPlainly(text, question.terms) ? 1 : 0,
    pronoun: PRONOUN.test(text) ? 1 : 0,
    introduces: INTRODUCES.test(text) ? 1 : 0,
    asks: ASKS.test(text) ? 1 : 0,
    elsewhere: SENDS_ELSEWHERE.test(text) ? 1 : 0,
    markup: markupShare(text),
    namesPerson: is('person', names),
    anyNamePerson: is('person', newNames > 0 ? 1 : 0),
    datesTime: is('time', date),
    anyDateTime: is('time', dates > 0 ? 1 : 0),
    numbersTime: is('time', numbers > 0 ? 1 : 0),
    placePlace: is('place', place),
    namesPlace: is('place', names),
    numbersNumber: is('number', number),
    anyNumberNumber: is('number', numbers > 0 ? 1 : 0),
    reasonReason: is('reason', REASON.test(text) ? 1 : 0),
    conditionCondition: is('condition', CONDITION.test(text) ? 1 : 0),
    mannerManner: is('manner', MANNER.test(text) ? 1 : 0),
    definitionThing: is('thing', definition),
    namesThing: is('thing', names),
  };
}

/** The share of link targets, URLs and tags in a text, 0 to 1. */
export const markupShare = (text: string): number =>
  splitMarkup(text, MARKUP).inside.reduce((sum, mark) => sum + mark.length, 0) / Math.max(1, text.length);
