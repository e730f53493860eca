import { oneOf, type Refusals, startsWith } from './refusals.ts';

/** Words of the prompt: the passages that the model was given. */
const GIVEN = '(?:provided|given|supplied|available|retrieved|above|following|cited|numbered|search|shared)';
const AFTER =
  "(?: (?:that )?(?:(?:i have|i was given|you(?: have|'ve)? (?:provided|given|shared)|(?:are|is|were|was) (?:provided|given|available)|provided|given|available|above|here)(?: to me)?))";
const THE = '(?:(?:any of |all of |all )?(?:the|these|those|this|your) )';
const PASSAGES = '(?:(?:text |context )?(?:passages?|excerpts?|snippets?))';
const DOCUMENTS = '(?:(?:source )?(?:documents?|documentation|materials?))';
const VAGUE = '(?:contexts?|texts?|sources?|information|content|articles?|results|pages?)';
/** Only the prompt is about passages, and about given texts. */
const PROMPTED_WORDS = `(?:${THE}?(?:${GIVEN} ){0,2}${PASSAGES}${AFTER}?|${THE}?(?:${GIVEN} ){1,2}(?:${DOCUMENTS}|${VAGUE})${AFTER}?|${THE}(?:${DOCUMENTS}|${VAGUE})${AFTER})`;
const DOCUMENTS_WORDS = `${THE}?${DOCUMENTS}`;
/** May also be a thing that the documents describe, such as the context of a function. */
const THING_WORDS = '(?:(?:the|this) (?:context|text|information|sources?))';

/** Stand for these words in a sentence, so that the patterns stay small: compiling them takes time. */
const [PROMPTED, SOURCE, DOCUMENT, THING] = ['P', '[PD]', 'D', 'T'];
const NOT_AFTER = '(?<!\\b(?:no|any|enough|sufficient|more|further) )';
const SOURCES = new RegExp(
  `${NOT_AFTER}\\b(?:(${PROMPTED_WORDS})|(${DOCUMENTS_WORDS})|${THING_WORDS})\\b`,
  'g',
);

const ADVERB =
  '(?:(?:actually|explicitly|directly|specifically|seem to|appear to|fully|clearly|currently|anywhere) )*';
const NOT = `(?:do|does|did) not ${ADVERB}`;
const SAYS =
  '(?:mentions?|answers?|address(?:es)?|specif(?:y|ies)|states?|discuss(?:es)?|says?|covers?|describes?|explains?|indicates?|reveals?|disclose|details?|talks? about|refers? to|tells?|identif(?:y|ies)|clarif(?:y|ies)|(?:allow|permit|enable)s?(?: me| one)? to (?:answer|determine|say))';
const HOLDS =
  '(?:contains?|includes?|provides?|ha(?:s|ve)(?! to\\b)|gives?|offers?|lists?|holds?|defines?|presents?)';
const ADJECTIVE =
  '(?:(?:an?|any|the|enough|sufficient|adequate|such|specific|direct|clear|explicit|relevant|further|more|detailed|definitive|complete|additional|concrete|necessary|required|related|of) )*';
const INFORMATION = `${ADJECTIVE}(?:information|details?|answers?|mentions?|references?|anything|specifics|evidence|explanations?|descriptions?|indications?|enough|sufficient)(?= (?:about|on|regarding|concerning|related|relating|pertaining|for|as to|that|to|of|needed|necessary|in|within|with|explaining|describing|indicating|whether|how|what|which|is|are|was|were|could|can)\\b|$)`;
const FROM = '(?:from|based on|using|with|in|within|by|through)';
const TOPIC =
  '(?:discuss|describe|cover|focus(?:es)? on|deals? with|talks? about|(?:are|is) about|address|concern|relate to|(?:are|is) related to|pertain to|contain information (?:about|on))';
const MOSTLY = '(?:(?:only|mainly|primarily|mostly|just|solely|instead) )*';

const SPEAKER =
  '(?:cannot|could not|am unable to|was unable to|am not able to|was not able to|do not|did not|have not)';
const QUESTION = '(?:this|the|your|that) question';

const REFUSAL = [
  `${SOURCE} ${NOT}${SAYS}\\b`,
  `${SOURCE} ${NOT}${HOLDS} ${INFORMATION}`,
  `${PROMPTED} ${NOT}${HOLDS}\\b`,
  `${SOURCE} (?:makes?|${HOLDS}) (?:no|insufficient|neither) ${INFORMATION}`,
  `${SOURCE} lacks? ${INFORMATION}`,
  `${SOURCE} (?:contain|say|mention|provide)s? nothing\\b`,
  `${SOURCE} (?:is|are) (?:insufficient|not sufficient|not enough|not relevant|unrelated|irrelevant|silent)\\b`,
  `(?:none|neither) of ${SOURCE} ${ADVERB}(?:${SAYS}|${HOLDS})\\b`,
  `${SOURCE} neither ${SAYS}\\b`,
  `nothing in ${SOURCE} ${ADVERB}${SAYS}\\b`,
  `no (?:passages?|excerpts?|documents?) ${ADVERB}(?:${SAYS}\\b|${HOLDS} ${INFORMATION})`,
  `.{1,160}? (?:is|are|was|were) (?:not|never|nowhere) ${ADVERB}(?:mentioned|specified|stated|discussed|described|covered|addressed|explained|answered|indicated|detailed|documented) (?:anywhere )?${FROM} ${SOURCE}$`,
  `.{1,160}? (?:is|are|was|were) not ${ADVERB}(?:found|included|contained|provided|given|available|present|listed|defined) (?:anywhere )?${FROM} ${PROMPTED}$`,
  `not (?:mentioned|specified|stated|found|provided|available|included|covered|answered|described) ${FROM} ${SOURCE}$`,
  `there (?:is|are|was|were) (?:no|not|insufficient|nothing) ${ADJECTIVE}mentions? of\\b`,
  `there (?:is|are|was|were) (?:no|not|insufficient) ${INFORMATION}.* ${FROM} ${SOURCE}`,
  `there (?:is|was) nothing ${FROM} ${SOURCE}`,
  `(?:no|not|insufficient) ${INFORMATION} (?:(?:about|on|regarding) .{1,80}? )?${FROM} ${SOURCE}$`,
  `(?:no|not|insufficient) ${INFORMATION}.* (?:provided|available|given|found|mentioned|included|contained|present) ${FROM} ${SOURCE}$`,
  `i ${SPEAKER} ${ADVERB}(?:answer|find|found|locate|determine|identify|confirm|infer|tell|say|know)\\b`,
  `i ${SPEAKER} ${ADVERB}(?:provide|give|offer|have|see) ${INFORMATION}`,
  `i ${SPEAKER} have access to\\b`,
  `it (?:is|was) (?:not possible|impossible) to (?:answer ${QUESTION}|(?:determine|say|tell|know|identify|answer)\\b.* ${FROM} ${SOURCE})`,
  `it is (?:unclear|not clear|unknown) ${FROM} ${SOURCE}`,
  `${QUESTION} (?:cannot|could not) be answered`,
  `.{1,160}? (?:cannot|could not) be (?:determined|answered|found|inferred|established) ${FROM} ${SOURCE}$`,
  `the answer (?:to ${QUESTION} |to this )?(?:(?:is|was) not|cannot be|could not be) (?:found|provided|contained|available|given|present|included|in ${SOURCE}|determined)`,
];

const UNCITED = [
  `${DOCUMENT} ${NOT}${HOLDS}\\b`,
  `${THING} ${NOT}(?:${SAYS}\\b|${HOLDS} ${INFORMATION})`,
  `${THING} ${HOLDS} no ${INFORMATION}`,
  `.{1,160}? (?:is|are|was|were) not ${ADVERB}(?:mentioned|specified|stated|discussed|described|covered|addressed|explained|provided|found) ${FROM} ${THING}$`,
  `.{1,160}? (?:is|are|was|were) not (?:found|included|contained|provided|given|available|present|listed|defined) ${FROM} ${DOCUMENT}$`,
  `there (?:is|are|was|were) (?:no|not|insufficient) ${INFORMATION}`,
  `(?:no|not|insufficient) ${INFORMATION}.* (?:provided|available|given|found|mentioned|included|contained|present)$`,
  '(?:not found|not mentioned|not specified|no answer|no information|information not (?:found|available))$',
];

const COMPANION = [
  'i am (?:very |so )?sorry\\b[^,]*$',
  '(?:sorry|apologies|unfortunately|i apologi[sz]e\\b)[^,]*$',
  'please (?:provide|consult|refer|check|contact|let me know|ask|try|share|upload|rephrase|see)\\b',
  'if you (?:can|could|have|need|want|would|provide|share)\\b.*\\b(?:i|please|let|feel)\\b',
  '(?:let me know|feel free)\\b',
  'you (?:may|might|could|should|would)(?: want| need| have)?(?: to)? (?:consult|check|refer|contact|look|provide)\\b',
  '(?:more|additional|further) (?:information|context|documents?|details) ',
  `(?:instead,? |rather,? )?(?:they|it|${SOURCE}) ${MOSTLY}${TOPIC}`,
];

/** What the passages are about instead. Numbers and marks would be statements. */
const INSTEAD = '[^\\d\\ufffc]{1,120}?';
const ABOUT_INSTEAD = startsWith(
  `${SOURCE} ${MOSTLY}${TOPIC}${INSTEAD},? (?:but|however),? (?:they |it )?(?=(?:do|does) not)`,
  `(?:while|although|though) ${SOURCE} ${MOSTLY}(?:${TOPIC}|mention|provide information)${INSTEAD}, (?:they|it|${SOURCE}) (?=(?:do|does) not)`,
);
const BECAUSE = new RegExp(
  `(?:,? (?:as|since|because)|;| [-–—]) (?:they|it|${SOURCE}) ${MOSTLY}${TOPIC}[^\\d\\ufffc]{1,120}$`,
);

const LEAD = oneOf(
  'i am (?:very |really |so )?sorry',
  'i am afraid',
  'sorry|unfortunately|regrettably|apologies|my apologies|i apologi[sz]e',
  'therefore|thus|hence|so|as such|consequently|as a result|answer',
  'it (?:seems|appears|looks like)',
  `(?:based (?:up)?on|according to|given|from|in|using|after (?:reviewing|reading|searching|checking|examining)) ${SOURCE}`,
);
const FRAME = new RegExp(`^(?:${LEAD}(?: ?[,:;-] ?| )(?:but )?(?:that )?)+`);

/** Refusals in English. */
export const ENGLISH_REFUSALS: Refusals = {
  hint: /\b(?:not|cannot|no|none|nothing|neither|nowhere|never|unable|insufficient|lacks?|irrelevant|unrelated|unclear|unknown|impossible|silent|failed)\b/,
  abstract: (sentence) =>
    sentence.replace(SOURCES, (_, prompted?: string, documents?: string) =>
      prompted !== undefined ? PROMPTED! : documents !== undefined ? DOCUMENT! : THING!,
    ),
  core: (sentence) => sentence.replace(FRAME, '').replace(ABOUT_INSTEAD, 'P ').replace(BECAUSE, ''),
  refusal: startsWith(...REFUSAL),
  uncitedRefusal: startsWith(...UNCITED),
  companion: startsWith(...COMPANION),
  contrast: new RegExp(
    oneOf(
      '\\b(?:but|however|although|though|while|whereas|except|besides|apart from|other than|yet|instead|nevertheless|only|just|(?:more|less|fewer) than)\\b',
      '[:;]| [-–—] ',
      ', (?:so|meaning|which|you|it|they|the|there|i|we|each|every|use|set)\\b',
      '\\band (?:the|it|they|you|this|that|an?)\\b.*\\b(?:is|are|was|were|has|have|must|can|will|should)\\b',
    ),
  ),
};
