import type { Clause } from './clauses.ts';
import { contrastOf, termOfWord } from './contrasts.ts';

/** Words with a negative meaning, which may paraphrase `not`. */
const NEGATIVE = new Set(
  (
    'dropped forbidden forbid prohibited prohibit banned denied refuse refused rejected impossible unable unavailable invalid ' +
    'disabled closed excluded exclude missing absent exempt optional unnecessary waived waive stop stops ceased ends ' +
    'ended discontinued removed deprecated lack lacks fail fails without free zero nothing avoid prevent prevents ' +
    'blocked block unsupported expired expires lost forever indefinitely instead against illegal ' +
    '금지 불가 불가능 제외 거부 중단 종료 폐지 무료 불필요 미지원 차단 실패 면제 만료 무효 비활성 제한 불법 삭제'
  )
    .split(' ')
    .map(termOfWord),
);
const NEGATIVE_FORM = /^(?:un|in|im|non|dis|ir|il)[a-z]{4,}$|^[a-z]{3,}less$/;
/** Maximum number of words between a negation and the negated word. */
const REACH = 6;
const PREFIXES = ['un', 'in', 'im', 'non', 'dis', 'ir', 'il', '비', '미', '불', '무'];
const BOUNDARY = new Set(
  'open opens close closes start starts begin begins end ends stop arrive depart 시작 종료 도착 출발'
    .split(' ')
    .map(termOfWord),
);
/** Minimum share of the shorter clause's terms that the other must contain to be about the same subject. */
const STRONG = 0.6;

/** Whether two similar clauses contradict each other: by a negation or an opposite word, but not by both. */
export function isOpposite(statement: Clause, evidence: Clause): boolean {
  const opposites = oppositesOf(statement, evidence);
  if (opposites === 'other') return true;
  const [denied, other] = statement.isDenied ? [statement, evidence] : [evidence, statement];
  const isOneDenied = statement.isDenied !== evidence.isDenied && concerns(denied, other, opposites);
  const left = leftOut(statement, evidence) || leftOut(evidence, statement);
  let flips = (opposites ? 1 : 0) + (isOneDenied ? 1 : 0) + (left ? 1 : 0);
  if (isOneDenied && !opposites && hasOwnNegative(other, denied, sharedHeads(denied, other))) flips += 1;
  return flips % 2 === 1;
}

/** Whether `other` states what `denied` negates. */
function concerns(denied: Clause, other: Clause, hasOpposites: boolean): boolean {
  if (hasOpposites) return true;
  // `only on weekdays` and `not on weekends` agree, because the denied clause has an additional term.
  if (other.isLimited && [...denied.terms].some((term) => !other.terms.has(term) && !denied.heads.has(term)))
    return false;
  if ([...denied.heads].some((head) => other.terms.has(head) && !other.heads.has(head))) return true;
  return isStrong(denied, other);
}

/** Whether one clause states what the other excludes: `with a fee`, `without a fee`. */
const leftOut = (one: Clause, other: Clause): boolean =>
  !one.isDenied &&
  !other.isDenied &&
  [...one.heads].some((head) => other.terms.has(head) && !other.heads.has(head));

function isStrong(one: Clause, other: Clause): boolean {
  let common = 0;
  for (const term of one.terms) if (other.terms.has(term)) common += 1;
  return common >= 2 && common >= STRONG * Math.min(one.terms.size, other.terms.size);
}

/** Terms that one clause negates and the other states. */
const sharedHeads = (denied: Clause, other: Clause): ReadonlySet<string> =>
  new Set([...denied.heads].filter((head) => other.terms.has(head)));

/** Whether a clause has a negating word that the other lacks. If `near` has terms, one must be nearby. */
export function hasOwnNegative(
  clause: Clause,
  other: Clause,
  near: ReadonlySet<string> = new Set(),
): boolean {
  const { tokens } = clause;
  return tokens.some(({ lower }, at) => {
    const term = termOfWord(lower);
    if (other.terms.has(term) || other.tokens.some((token) => token.lower === lower)) return false;
    if (!NEGATIVE.has(term) && (near.size > 0 || !NEGATIVE_FORM.test(lower))) return false;
    const around = tokens.slice(Math.max(0, at - REACH), at + REACH + 1);
    return near.size === 0 || around.some((token) => near.has(termOfWord(token.lower)));
  });
}

/** Whether an odd number of words are opposites; `other` if the evidence names another member of a set. */
function oppositesOf(statement: Clause, evidence: Clause): boolean | 'other' {
  let isOdd = false;
  for (const term of statement.terms) {
    const contrast = contrastOf(term, evidence.terms, statement.terms);
    if (contrast === 'other') return 'other';
    if (contrast === 'opposite' && BOUNDARY.has(term) && hasRange(statement, evidence)) continue;
    if (contrast === 'opposite' || isPrefixed(term, statement, evidence)) isOdd = !isOdd;
  }
  return isOdd;
}

/** Whether the evidence states a range: `open from 8 to 10` implies when it closes. */
const hasRange = (statement: Clause, { quantities }: Clause): boolean =>
  statement.quantities.length < quantities.length &&
  quantities.some(({ form, isSure }, at) => isSure && form === quantities[at + 1]?.form);

/** Whether a negating prefix distinguishes the clauses: `available`, `unavailable`. */
function isPrefixed(term: string, { terms: own }: Clause, { terms: other }: Clause): boolean {
  const isThereAlone = (form: string): boolean => form.length > 1 && other.has(form) && !own.has(form);
  if (other.has(term)) return false;
  return PREFIXES.some(
    (prefix) =>
      isThereAlone(prefix + term) || (term.startsWith(prefix) && isThereAlone(term.slice(prefix.length))),
  );
}
