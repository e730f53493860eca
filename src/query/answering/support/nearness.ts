import type { Evidence, EvidenceClause } from './evidence.ts';

/** Weight of a name when clauses are compared. */
const NAME_WEIGHT = 2;
/** How many times better a clause with another number or name must match, in the terms that differ. */
const RIVAL_FACTOR = 2;
/** Of the overlap of a clause with another number or name, the minimum share of terms that only it shares. */
const MIN_SHARE = 0.2;

/** Weight of the terms that a statement shares with a clause. Context terms count less, names more. */
export function overlapOf(terms: Iterable<string>, found: EvidenceClause, evidence: Evidence): number {
  let sum = 0;
  for (const term of terms) sum += weightIn(term, evidence) * shareOf(term, found);
  return sum;
}

/**
 * Whether the evidence uses a number or name for something else. `holders` are the clauses that contain it,
 * `rivals` those with another number or name of its kind. True if a rival shares more terms with the
 * statement than the best holder.
 */
export function isSaidOfAnother(
  terms: ReadonlySet<string>,
  holders: readonly EvidenceClause[],
  rivals: readonly EvidenceClause[],
  evidence: Evidence,
): boolean {
  const overlaps = holders.map((holder) => overlapOf(terms, holder, evidence));
  const holder = holders[overlaps.indexOf(Math.max(...overlaps))];
  if (holder === undefined) return false;
  return rivals.some((rival) => {
    let [here, there] = [0, 0];
    for (const term of terms) {
      const difference = weightIn(term, evidence) * (shareOf(term, holder) - shareOf(term, rival));
      if (difference > 0) here += difference;
      else there -= difference;
    }
    return (
      there >= MIN_SHARE * overlapOf(terms, rival, evidence) && there > 0 && there >= RIVAL_FACTOR * here
    );
  });
}

const weightIn = (term: string, { weightOf, names }: Evidence): number =>
  weightOf(term) * (names.has(term) ? NAME_WEIGHT : 1);

const shareOf = (term: string, { clause, context }: EvidenceClause): number =>
  clause.terms.has(term) ? 1 : (context.get(term) ?? 0);
