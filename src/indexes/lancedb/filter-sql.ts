import type { FieldTypes, Filter, FilterScalar } from '../../core/index.ts';
import { fieldColumn } from '../../corpus/lancedb/schema.ts';
import { sqlString } from '../../io/lance/index.ts';

const OPERATORS = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** Compiles a checked filter to SQL over the typed columns. A missing field matches only `ne` and `not`. */
export function filterSql(filter: Filter, fields: FieldTypes): string {
  if ('and' in filter) return joined(filter.and, ' AND ', 'true', fields);
  if ('or' in filter) return joined(filter.or, ' OR ', 'false', fields);
  if ('not' in filter) return `NOT ${filterSql(filter.not, fields)}`;

  const column = `\`${fieldColumn(filter.field)}\``;
  if (fields[filter.field] === 'string[]') return listSql(filter, column);
  // No leaf may evaluate to NULL: it could make the whole condition NULL, and `NOT NULL` is not true.
  if (filter.op === 'in')
    return `(${column} IS NOT NULL AND ${column} IN (${filter.value.map(literal).join(', ')}))`;
  if (filter.op === 'ne') return `(${column} IS NULL OR ${column} <> ${literal(filter.value)})`;
  return `(${column} IS NOT NULL AND ${column} ${OPERATORS[filter.op]} ${literal(filter.value)})`;
}

function listSql(filter: Extract<Filter, { field: string }>, column: string): string {
  const values = filter.op === 'in' ? filter.value : [filter.value];
  const any = `array_has_any(${column}, [${values.map(literal).join(', ')}])`;
  if (filter.op === 'ne') return `(${column} IS NULL OR NOT ${any})`;
  return `(${column} IS NOT NULL AND ${any})`;
}

function joined(filters: readonly Filter[], operator: string, empty: string, fields: FieldTypes): string {
  if (filters.length === 0) return empty;
  return `(${filters.map((filter) => filterSql(filter, fields)).join(operator)})`;
}

const literal = (value: FilterScalar): string =>
  typeof value === 'string' ? sqlString(value) : String(Number(value));
