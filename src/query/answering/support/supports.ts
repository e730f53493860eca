import type { TextRange } from '../../../documents/lexical/index.ts';
import { isBoundTurned, isSame, numbersAgree } from './agreement.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { termOfWord } from './contrasts.ts';
import { CONTINUED, type Evidence, type EvidenceClause } from './evidence.ts';
import { particleOf } from './korean.ts';
import { isParticular, unknownName } from './names.ts';
import { isSaidOfAnother, overlapOf } from './nearness.ts';
import { isOpposite } from './polarity.ts';
import { isExchanged, isReplaced } from './slots.ts';
import { isCapitalised, type Token, tokensOf } from './tokens.ts';

/** Number of characters of a statement that are checked; the rest of a longer statement is ignored. */
const MAX_CHARACTERS = 2_000;

/**
 * The range of the evidence that supports a statement, or undefined. The range must share words with the
 * statement and agree with it in every number, name and negation. The check is lexical: a statement that
 * needs an inference is not supported, and one with a different meaning in similar words may be.
 */
export function supportFor(statement: string, evidence: Evidence): TextRange | undefined {
  const text = statement.slice(0, MAX_CHARACTERS);
  const clauses = clausesOf(text);
  const tokens = tokensOf(text);
  const best = bestUnit(clauses, evidence);
  if (best === undefined) return undefined;
  const quantities = clauses.flatMap((clause) => clause.quantities);
  const isWrong =
    unknownName(tokens, evidence.known) !== undefined ||
    isReplaced(tokens, best.unit.tokens, evidence.known) ||
    clauses.some((clause) => isSwapped(clause, evidence)) ||
    clauses.some(
      (clause) =>
        !numbersAgree(clause, quantities, evidence) ||
        isContradicted(clause, evidence) ||
        isOfAnother(clause, clauses, evidence),
    );
  return isWrong ? undefined : best.unit.span;
}

/** The sentence with the most in common with a statement, normalised by length. */
function bestUnit(clauses: readonly Clause[], evidence: Evidence): EvidenceClause | undefined {
  let best: EvidenceClause | undefined;
  let most = 0;
  const values = new Set(clauses.flatMap(({ quantities }) => quantities.flatMap(({ values: own }) => own)));
  for (const found of evidence.clauses) {
    let sum = 0;
    for (const clause of clauses) sum += overlapOf(clause.terms, found, evidence);
    if (found.clause.quantities.some(({ values: own }) => own.some((value) => values.has(value)))) sum += 1;
    sum /= Math.sqrt(found.context.size + 1);
    if (sum > most) [best, most] = [found, sum];
  }
  return best;
}

/** Whether the most similar clause has another word in the place of one of the statement's words. */
function isSwapped(clause: Clause, evidence: Evidence): boolean {
  let most = 0;
  let alike: EvidenceClause[] = [];
  for (const found of evidence.clauses) {
    const overlap = overlapOf(clause.terms, found, evidence);
    if (overlap < most || overlap === 0) continue;
    if (overlap > most) alike = [];
    most = overlap;
    alike.push(found);
  }
  return (
    !alike.some(({ clause: found }) => [...clause.terms].every((term) => found.terms.has(term))) &&
    alike.some(({ clause: found, context }) => {
      const isNear = (term: string): boolean =>
        found.terms.has(term) || (context.get(term) ?? 0) >= CONTINUED;
      return isExchanged(clause.tokens, found.tokens, isNear);
    })
  );
}

/** Whether all of the most similar clauses of the evidence contradict the statement. */
function isContradicted(clause: Clause, evidence: Evidence): boolean {
  let most = 0;
  let alike: EvidenceClause[] = [];
  for (const found of evidence.clauses) {
    const overlap = overlapOf(clause.terms, found, evidence) + sharedHeadsAndNumbers(clause, found.clause);
    if (overlap < most - 1e-9 || overlap === 0) continue;
    if (overlap > most + 1e-9) alike = [];
    most = overlap;
    alike.push(found);
  }
  return (
    alike.length > 0 &&
    alike.every(({ clause: found }) => isOpposite(clause, found) && !isTurned(clause, found))
  );
}

/** `not refunded after 24 hours` agrees with `refunded within 24 hours`. */
const isTurned = (clause: Clause, found: Clause): boolean =>
  clause.isDenied !== found.isDenied &&
  clause.quantities.some((quantity) => quantity.isSure && isBoundTurned(quantity, clause, found, false));

/** Extra similarity of two clauses for terms that one negates and the other has, and for shared numbers. */
function sharedHeadsAndNumbers(clause: Clause, found: Clause): number {
  let shared = 0;
  for (const head of clause.heads) if (found.terms.has(head)) shared += 0.5;
  for (const head of found.heads) if (clause.terms.has(head)) shared += 0.5;
  for (const quantity of clause.quantities)
    if (quantity.isSure && found.quantities.some((other) => isSame(quantity, other))) shared += 2;
  return shared;
}

/** Whether the evidence makes the same statement about another name. */
function isOfAnother(clause: Clause, statement: readonly Clause[], evidence: Evidence): boolean {
  const own = new Set(statement.flatMap(({ tokens }) => tokens.map(({ lower }) => termOfWord(lower))));
  return clause.tokens.some((name, place) => {
    if (!isName(name)) return false;
    const term = termOfWord(name.lower);
    const run = runOf(clause.tokens, place);
    const rest = new Set([...clause.terms].filter((other) => !run.has(other)));
    const isHeldBy = (found: EvidenceClause): boolean =>
      found.clause.terms.has(term) || found.context.get(term) === CONTINUED;
    const rivals = evidence.clauses.filter(
      (found) =>
        !isHeldBy(found) &&
        found.clause.tokens.some((other, at) => isRivalName(name, other, at, found.clause, own)),
    );
    return rivals.length > 0 && isSaidOfAnother(rest, evidence.clauses.filter(isHeldBy), rivals, evidence);
  });
}

/** The terms of a name of several words: `Emma` and `Dubois`. */
function runOf(tokens: readonly Token[], at: number): ReadonlySet<string> {
  let from = at;
  let to = at + 1;
  if (tokens[at]!.kind === 'word') {
    while (from > 0 && isCapitalised(tokens[from - 1]!)) from -= 1;
    while (to < tokens.length && isCapitalised(tokens[to]!)) to += 1;
  }
  return new Set(tokens.slice(from, to).map(({ lower }) => termOfWord(lower)));
}

/** Whether a token is a name. Excludes plural nouns, which have a capital at the start of a sentence. */
const isName = (token: Token): boolean =>
  isParticular(token) &&
  (token.kind === 'hangul' || (isCapitalised(token) && !/^[A-Z][a-z]+[^siu]s$/.test(token.text)));

/** Whether a token is another name in the same role. `Dubois` of `Emma Dubois` is not if `Emma` is stated. */
function isRivalName(
  name: Token,
  other: Token,
  at: number,
  { tokens }: Clause,
  own: ReadonlySet<string>,
): boolean {
  if (!isName(other) || other.kind !== name.kind || own.has(termOfWord(other.lower))) return false;
  if (name.kind === 'hangul') return particleOf(name.lower) === particleOf(other.lower);
  return ![tokens[at - 1], tokens[at + 1]].some(
    (neighbour) =>
      neighbour !== undefined && isCapitalised(neighbour) && own.has(termOfWord(neighbour.lower)),
  );
}
