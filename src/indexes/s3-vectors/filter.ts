import { type Filter, type FilterScalar, SragError } from '../../core/index.ts';
import { metadataKey } from './metadata.ts';

/** A metadata filter of S3 Vectors. */
export type VectorFilter = Readonly<Record<string, unknown>>;

/** A filter, or whether all vectors or none match. */
type Compiled = VectorFilter | boolean;
type Condition = Extract<Filter, { readonly field: string }>;

/** Maximum number of conditions of a filter. */
const MAX_CONDITIONS = 100;
const OPPOSITES = { lt: 'gte', lte: 'gt', gt: 'lte', gte: 'lt' } as const;

/**
 * Compiles a checked filter; true if it matches all vectors, false if none. A missing field matches only `ne` and
 * `not`; a list matches if any element does. S3 Vectors has no `$not`, so negations are moved to the conditions.
 * @throws UNSUPPORTED for ranges of strings, and for more than 100 conditions
 */
export function vectorFilter(filter: Filter): Compiled {
  const compiled = compile(filter, false);
  const conditions = typeof compiled === 'boolean' ? 0 : countConditions(compiled);
  if (conditions <= MAX_CONDITIONS) return compiled;
  throw new SragError(
    'UNSUPPORTED',
    `The filter has ${conditions} conditions; S3 Vectors accepts ${MAX_CONDITIONS}. Negations and ranges count twice.`,
    {
      remedy: "Use fewer conditions, for example 'in' instead of many 'eq'.",
      fields: { field: 'filter', conditions, max: MAX_CONDITIONS },
    },
  );
}

function compile(filter: Filter, isNegated: boolean): Compiled {
  if ('not' in filter) return compile(filter.not, !isNegated);
  if ('and' in filter || 'or' in filter) {
    const parts = ('and' in filter ? filter.and : filter.or).map((part) => compile(part, isNegated));
    return combined('and' in filter === isNegated ? '$or' : '$and', parts);
  }
  return condition(filter, isNegated);
}

/** Combines parts; S3 Vectors accepts no empty lists. */
function combined(operator: '$and' | '$or', parts: readonly Compiled[]): Compiled {
  const neutral = operator === '$and';
  if (parts.includes(!neutral)) return !neutral;
  const rest = parts.filter((part) => part !== neutral);
  if (rest.length === 0) return neutral;
  return rest.length === 1 ? rest[0]! : { [operator]: rest };
}

function condition(given: Condition, isNegated: boolean): VectorFilter {
  const key = metadataKey(given.field);
  const is = (operator: string, value: unknown): VectorFilter => ({ [key]: { [operator]: value } });
  const oneOf = (values: readonly FilterScalar[], isExcluded: boolean): VectorFilter =>
    isExcluded ? { $or: [is('$exists', false), is('$nin', values.map(sent))] } : is('$in', values.map(sent));
  if (given.op === 'in') return oneOf(given.value, isNegated);
  if (given.op === 'ne') return isNegated ? is('$eq', sent(given.value)) : oneOf([given.value], true);
  if (given.op === 'eq') return isNegated ? oneOf([given.value], true) : is('$eq', sent(given.value));
  const { op, value, field } = given;
  if (typeof value === 'string') throw stringRange(field, op);
  if (isNegated) return { $or: [is('$exists', false), is(`$${OPPOSITES[op]}`, value)] };
  return { $and: [is('$exists', true), is(`$${op}`, value)] };
}

const sent = (value: FilterScalar): FilterScalar =>
  typeof value === 'string' ? value.toWellFormed() : value;

function countConditions(filter: VectorFilter): number {
  const parts = (filter.$and ?? filter.$or) as readonly VectorFilter[] | undefined;
  return parts === undefined ? 1 : parts.reduce((sum, part) => sum + countConditions(part), 0);
}

const stringRange = (field: string, op: string): SragError =>
  new SragError('UNSUPPORTED', `S3 Vectors cannot compare strings by '${op}' (field '${field}').`, {
    remedy:
      "Compare numbers, use 'eq' or 'in', search by text only, or build another kind, such as snapshot.",
    fields: { field, op },
  });
