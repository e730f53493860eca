/** The beginning of a yes/no question. */
export const YES_NO =
  /^(?:am|is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had)(?:n?['’]t)?\b/u;
const QUOTED = /"[^"]*"|`[^`]*`/gu;
/** Where a sentence ends and another begins, but not after an abbreviation. */
const SENTENCE_BREAK = /(?<=(?<!\b(?:vs|e\.g|i\.e|etc|[ap]\.m))[.!?])\s+(?=\S)/u;
const OPENING = /^(?:so|and|but|or|also|then|well|hi|hello|hey|ok|okay|please)[,!]?\s+/u;
/** A polite frame: `could you tell me `, `does anyone know ` */
const FRAME =
  /^(?:(?:can|could|would) (?:you|anyone|someone) (?:please )?(?:tell|explain|show)(?: me| us)?|(?:do|does) (?:you|anyone|someone) know|tell me|i(?: want|'d like| would like) to know)\s+/u;
/** A clause that sets the scene before the question: `When a call fails, ` */
const LEADING_CLAUSE =
  /^(?:when|whenever|if|after|before|while|once|since|although|in|for|with|on)\b[^,?]*,\s*(?=\S)/u;
/** The same without a comma: `When a call fails which ` */
const UNMARKED_CLAUSE =
  /^(?:when|if) (?!(?:is|are|was|were|do|does|did|can|should|will|would|must|to)\b)[^,?]*?\s(?=(?:what|which|who|where|why|how)\b|(?:do|does|can|should|must|will) (?:i|we|you|it)\b)/u;
/** The beginning of a clause after the question: ` when a call fails`, ` that shows how long it took` */
const TRAILING_CLAUSE =
  /\s(?:when|whenever|if|while|because|after|before|although|once|where|who|that|how|what|which|why)\b/u;
const QUESTION_WORD = /\b(?:what|which|who|whose|where|when|why|how)\b/u;

const asks = (text: string): boolean => YES_NO.test(text) || QUESTION_WORD.test(text);

/**
 * The sentence that asks, without greetings and without the clauses that only say when or where the question arises.
 * @param question In lower case
 */
export function mainClauseOf(question: string): string {
  const sentences = question.trim().replace(QUOTED, 'it').split(SENTENCE_BREAK);
  let main = sentences.findLast((sentence) => sentence.endsWith('?')) ?? sentences.findLast(asks) ?? question;
  for (const pattern of [OPENING, OPENING, FRAME, LEADING_CLAUSE, UNMARKED_CLAUSE]) {
    const rest = main.replace(pattern, '');
    if (asks(rest)) main = rest;
  }
  // A clause trails only if it follows the word that asks: `output as CSV: which option is used when ...`
  const asking = Math.max(0, main.search(QUESTION_WORD));
  const trailing = TRAILING_CLAUSE.exec(main.slice(asking));
  const before = trailing === null ? main : main.slice(0, asking + trailing.index);
  return asks(before) ? before : main;
}
