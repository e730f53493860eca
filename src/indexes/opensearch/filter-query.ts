import type { Filter } from '../../core/index.ts';

/** A query of OpenSearch's query language. */
export type QueryClause = Readonly<Record<string, unknown>>;

/** Name of the field of the index that holds a filterable metadata field. */
export const filterField = (name: string): string => `field_${name}`;

const not = (clause: QueryClause): QueryClause => ({ bool: { must_not: [clause] } });

/** Compiles a checked filter. A missing field matches only `ne` and `not`; a list matches if any element does. */
export function filterQuery(filter: Filter): QueryClause {
  if ('and' in filter) return { bool: { filter: filter.and.map(filterQuery) } };
  if ('or' in filter) {
    if (filter.or.length === 0) return { match_none: {} };
    return { bool: { should: filter.or.map(filterQuery), minimum_should_match: 1 } };
  }
  if ('not' in filter) return not(filterQuery(filter.not));
  const field = filterField(filter.field);
  if (filter.op === 'in') return { terms: { [field]: filter.value } };
  if (filter.op === 'eq') return { term: { [field]: { value: filter.value } } };
  if (filter.op === 'ne') return not({ term: { [field]: { value: filter.value } } });
  return { range: { [field]: { [filter.op]: filter.value } } };
}
