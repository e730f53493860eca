/** Types of filterable fields; a `string[]` matches if any element does. */
export type FieldType = 'string' | 'number' | 'boolean' | 'string[]';
/** Filterable fields of a collection: metadata key -> type. */
export type FieldTypes = Readonly<Record<string, FieldType>>;

export type FilterScalar = string | number | boolean;

/** A condition on declared metadata fields. A missing field matches only `ne` and `not`. */
export type Filter =
  | { readonly field: string; readonly op: 'eq' | 'ne'; readonly value: FilterScalar }
  | { readonly field: string; readonly op: 'in'; readonly value: readonly FilterScalar[] }
  | { readonly field: string; readonly op: 'lt' | 'lte' | 'gt' | 'gte'; readonly value: string | number }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };
