import { mainClauseOf, YES_NO } from './main-clause.ts';

/** What a question asks for. */
export type QuestionKind =
  | 'difference'
  | 'duration'
  | 'frequency'
  | 'number'
  | 'reason'
  | 'condition'
  | 'time'
  | 'place'
  | 'person'
  | 'manner'
  | 'definition'
  | 'which'
  | 'yesno'
  | 'what'
  | 'other';

/** The first match decides; ordered from most to least specific. */
const KINDS: readonly (readonly [kind: QuestionKind, pattern: RegExp])[] = [
  ['yesno', YES_NO],
  ['difference', /\b(?:differ(?:s|ences?|ent)?|versus|vs)\b|차이|다른\s*점|구분/u],
  ['frequency', /\bhow (?:often|frequently)\b|얼마나\s*자주/u],
  [
    'duration',
    /\bhow (?:long|soon|quickly|fast|much time)\b|\bhow many (?:milliseconds|seconds|minutes|hours|days|weeks|months|years)\b|얼마나\s*(?:오래|걸)|몇\s*(?:초|분|시간|일|주|개월|달|년)/u,
  ],
  [
    'reason',
    /\b(?:driven by|due to|because of|attributed to|attributable to)(?: (?:in|during|for) \S{1,20})?[?.]?$/u,
  ],
  [
    'reason',
    /\b(?:factors (?:that )?(?:caus|contribut|led|dr[io]v)|what (?:led to|drove|contributed to|accounts for|accounted for))/u,
  ],
  ['number', /\bhow (?:many|much|old|tall|big|far|high|deep|large|heavy)\b|몇|얼마/u],
  [
    'number',
    /\b(?:what|which)(?:'s| is| are| was| were)? (?:the |my )?(?!(?:do|does|did|has|have|had)\b)(?:\w+ )?(?:number|percentage|percent|population|size|age|amount|height|length|limit|maximum|minimum|cap|ceiling|quota|cost|price|rate|total|revenue|value|ratio|average|change|increase|decrease)\b(?! \w+ed (?:on|by|for|as|in)\b)/u,
  ],
  ['number', /^what (?:does|did|will|would) .* cost(?: (?:per|to|for|in|a)\b|[?.]?$)/u],
  ['reason', /\bwhy\b|\bhow come\b|\bwhat (?:causes?|caused)\b|\breasons?\b|왜|이유|까닭/u],
  // A question about when to do something expects a condition, not a date.
  [
    'condition',
    /\bwhen (?:should|do|does|can|must|to|would|is)\b.{0,200}\b(?:use|need|choose|prefer|apply|want|better|best|worth)\b/u,
  ],
  ['condition', /언제.{0,200}(?:사용|쓰|쓸|써|필요|선택)/u],
  [
    'time',
    /^(?:(?:since|until|by|from) )?when\b|\bwhen (?:am|is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|had)\b|\bwhen[?.]?$|\b(?:what|which) (?:year|date|day|month|time|century|season|version)\b|언제/u,
  ],
  [
    'place',
    /\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|continent|region|folder|directory|path)\b|어디/u,
  ],
  ['person', /\bwho(?:m|se)?\b|누구|누가/u],
  ['manner', /\bhow\b|어떻게|방법|려면/u],
  [
    'number',
    /\b(?:maximum|minimum|at most|at least|limit|longest|largest|smallest|biggest|shortest|cap on|ceiling)\b|최대|최소/u,
  ],
  [
    'definition',
    /^\s*(?:what(?:'s| is| are| was| were) (?!\w{3,}ed\b)(?:an? |the )?[\w-]+(?: [\w-]+)?\s*\??$|define|what does .{0,100} (?:mean|stand for)|explain)|\bmeaning of\b|(?:이?란|은|는|이|가)\s+(?:무엇|뭐|뭔)/u,
  ],
  [
    'which',
    /\bwhich\b|\bname\b|\bwhat (?!(?:is|are|does|do|did|was|were|happens?|if|has|have|had|can|could|should|would|will|to|about|i)\b)\w+|어떤|어느|무슨|뭘로/u,
  ],
  ['what', /\bwhat\b|무엇|뭐|뭔|뭘/u],
  ['yesno', /(?:나요|까요|가요|니까|돼요?|되나|되지|있어|있나|해도|인가)[\s?]*$/u],
];

/** The kind of a question in English or Korean, in lower case; `other` in other languages. */
export function kindOf(question: string): QuestionKind {
  const main = mainClauseOf(question);
  return KINDS.find(([, pattern]) => pattern.test(main))?.[0] ?? 'other';
}

const CODE =
  /\b(?:code|example|snippet|command|syntax|write|call|signature|import|configure|config|yaml|json|sql|script|cli|flag|option)\b|코드|예제|명령|문법|작성|옵션/u;

/** Whether a line of code may be the answer. */
export const asksForCode = (question: string): boolean => CODE.test(question);
