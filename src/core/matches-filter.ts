import type { Filter, FilterScalar } from './filter.ts';

type Values = Readonly<Record<string, unknown>>;
type Condition = Extract<Filter, { readonly field: string }>;

/** Whether metadata satisfies a checked filter. Filters of every index kind must agree with this function. */
export function matchesFilter(filter: Filter, values: Values): boolean {
  if ('and' in filter) return filter.and.every((part) => matchesFilter(part, values));
  if ('or' in filter) return filter.or.some((part) => matchesFilter(part, values));
  if ('not' in filter) return !matchesFilter(filter.not, values);
  return conditionTest(filter)(values[filter.field]);
}

/** Compiles a condition into a predicate over field values, for testing many values. */
export function conditionTest(condition: Condition): (actual: unknown) => boolean {
  if (condition.op === 'ne') {
    const isEqual = anyOf((value) => value === condition.value);
    return (actual) => !isEqual(actual);
  }
  if (condition.op === 'eq') return anyOf((value) => value === condition.value);
  if (condition.op === 'in') {
    const wanted: ReadonlySet<unknown> = new Set(condition.value);
    return anyOf((value) => wanted.has(value));
  }
  const compare = comparisonWith(condition.value);
  const fits = ORDERS[condition.op];
  return (actual) => fits(compare(actual));
}

/** A missing field never matches. */
const anyOf =
  (test: (value: unknown) => boolean) =>
  (actual: unknown): boolean => {
    if (actual === undefined || actual === null) return false;
    return Array.isArray(actual) ? actual.some(test) : test(actual);
  };

const ORDERS = {
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
} as const;

/** Compares strings by UTF-8 bytes as databases do (code point order), numbers by value; NaN for other types. */
function comparisonWith(value: FilterScalar): (actual: unknown) => number {
  if (typeof value === 'number')
    return (actual) => (typeof actual === 'number' ? actual - value : Number.NaN);
  const bytes = Buffer.from(String(value));
  return (actual) => (typeof actual === 'string' ? Buffer.compare(Buffer.from(actual), bytes) : Number.NaN);
}
