import type { Evidence, EvidenceClause } from './evidence.ts';

/** Weight of a name when clauses are compared. */
const NAME_WEIGHT = 2;
/** Factor by which the terms that only the rival shares must outweigh those that only the holder shares. */
const RIVAL_FACTOR = 2;
/** Minimum share of the rival's overlap that must come from terms that the holder lacks. */
const MIN_SHARE = 0.2;

/** Overlap of a statement with a clause of the evidence; context terms count less, names more. */
export function overlapOf(terms: Iterable<string>, found: EvidenceClause, evidence: Evidence): number {
  let sum = 0;
  for (const term of terms) sum += weightIn(term, evidence) * shareOf(term, found);
  return sum;
}

/**
 * Whether a number or name belongs to something else: a rival, which contains another number or name of its
 * kind, is nearer to the statement's terms than the nearest holder, which contains the number or name itself.
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
