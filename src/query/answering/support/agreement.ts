import { areOpposite, boundOf } from './bounds.ts';
import type { Clause } from './clauses.ts';
import type { Evidence, EvidenceClause } from './evidence.ts';
import { isSaidOfAnother, overlapOf } from './nearness.ts';
import { hasOwnNegative } from './polarity.ts';
import type { Quantity } from './quantities.ts';

const SMALL_COUNT = 10;

/** Whether the evidence states every number of a clause, about the same thing and with the same bound. */
export function numbersAgree(clause: Clause, own: readonly Quantity[], evidence: Evidence): boolean {
  return clause.quantities.every(
    (quantity) => !quantity.isSure || numberAgrees(quantity, clause, own, evidence),
  );
}

function numberAgrees(
  quantity: Quantity,
  clause: Clause,
  own: readonly Quantity[],
  evidence: Evidence,
): boolean {
  const isHeldBy = ({ clause: found }: EvidenceClause): boolean =>
    found.quantities.some((other) => isSame(quantity, other));
  const holders = evidence.clauses.filter(isHeldBy);
  if (holders.length === 0) return isCount(quantity, clause, evidence);
  const rivals = evidence.clauses.filter(
    (found) => !isHeldBy(found) && found.clause.quantities.some((other) => isRival(quantity, other, own)),
  );
  return (
    !isSaidOfAnother(clause.terms, holders, rivals, evidence) &&
    isBoundAlike(quantity, clause, holders, evidence)
  );
}

/** Whether the most similar clause that contains the number has the same bound. */
function isBoundAlike(
  quantity: Quantity,
  clause: Clause,
  holders: readonly EvidenceClause[],
  evidence: Evidence,
): boolean {
  if (boundOf(clause.tokens, quantity) === undefined) return true;
  const overlaps = holders.map((holder) => overlapOf(clause.terms, holder, evidence));
  const most = Math.max(...overlaps);
  return holders.some(({ clause: found }, index) => {
    if (overlaps[index]! < most) return false;
    // With a negation, the bound is reversed: `over 5 is refused` means `at most 5`.
    const isTurned =
      clause.isDenied !== found.isDenied || hasOwnNegative(clause, found) !== hasOwnNegative(found, clause);
    return isTurned || !isBoundTurned(quantity, clause, found);
  });
}

/** Whether a clause with the same number has the opposite bound; for `denials` see {@link boundOf}. */
export function isBoundTurned(quantity: Quantity, clause: Clause, found: Clause, denials = true): boolean {
  const bound = boundOf(clause.tokens, quantity, denials);
  const same = found.quantities.filter((other) => isSame(quantity, other));
  return same.length > 0 && same.every((other) => areOpposite(bound, boundOf(found.tokens, other, denials)));
}

/** Whether a number counts things that the evidence lists but does not count. */
function isCount({ values, units, form, from }: Quantity, { tokens }: Clause, evidence: Evidence): boolean {
  const [value = 0] = values;
  if (
    units.length > 0 ||
    form !== 'number' ||
    value > SMALL_COUNT ||
    !Number.isInteger(value) ||
    tokens[from]!.kind === 'number'
  )
    return false;
  const listed =
    evidence.units.filter(({ tokens: words }) => words.some(({ text }) => text === ',')).length +
    evidence.units.length;
  return (
    listed >= value &&
    evidence.clauses.every(({ clause }) => clause.quantities.every(({ isSure }) => !isSure))
  );
}

/** Whether two numbers are equal after unit conversion. */
export function isSame(one: Quantity, other: Quantity): boolean {
  if (one.form === 'month' || other.form === 'month')
    return one.form === other.form && share(one.values, other.values, 1, 1);
  if (one.form === 'clock' || other.form === 'clock') {
    const scale = (form: Quantity['form']): number => (form === 'clock' ? 1 : 60);
    // `9:30` in a source is a time in the morning, which a statement need not say.
    const isPlain = other.form === 'clock' && other.values.length > 2;
    return share(
      one.values,
      isPlain ? other.values.slice(0, 1) : other.values,
      scale(one.form),
      scale(other.form),
    );
  }
  if (one.form === 'version' && !other.isSure && other.form !== 'version') return false;
  if (one.version !== undefined && /\./.test(one.version)) {
    if (other.version !== undefined) return `${other.version}.`.startsWith(`${one.version}.`);
    return share(one.values.slice(0, 1), other.values, 1, 1) && !one.version.endsWith('0');
  }
  if (one.units.length === 0 || other.units.length === 0)
    return (
      share(one.values, other.values, 1, 1) || share(one.values, other.values, percent(one), percent(other))
    );
  return one.units.some((unit) =>
    other.units.some(
      (there) =>
        there.dimension === unit.dimension && share(one.values, other.values, unit.factor, there.factor),
    ),
  );
}

const percent = ({ units }: Quantity): number => (units[0]?.dimension === 'percent' ? 0.01 : 1);

const share = (
  one: readonly number[],
  other: readonly number[],
  factor: number,
  otherFactor: number,
): boolean =>
  one.some((value) =>
    other.some((there) => Math.abs(value * factor - there * otherFactor) <= 1e-9 * Math.abs(value * factor)),
  );

/** Whether `other`, a number of the evidence that the statement lacks, is of the same kind as this one. */
function isRival(quantity: Quantity, other: Quantity, own: readonly Quantity[]): boolean {
  if (!other.isSure || own.some((mine) => isSame(mine, other))) return false;
  if (quantity.form !== other.form || isYear(quantity) !== isYear(other)) return false;
  if (quantity.units.length === 0 || other.units.length === 0)
    return quantity.units.length === other.units.length;
  return quantity.units.some(({ dimension }) =>
    other.units.some((unit) => kindOf(unit.dimension) === kindOf(dimension)),
  );
}

/** Months count as the same kind of quantity as other durations. */
const kindOf = (dimension: string): string => (dimension === 'month' ? 'time' : dimension);

const isYear = ({ values: [value = 0], units }: Quantity): boolean =>
  units.length === 0 && Number.isInteger(value) && value >= 1_000 && value < 2_100;
