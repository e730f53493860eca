/** A string as an SQL literal. */
export const sqlString = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** `column IN (...)` over strings. */
export const sqlIn = (column: string, values: readonly string[]): string =>
  `${column} IN (${values.map(sqlString).join(', ')})`;

/** Literals in one SQL statement at most: with many more it gets slow to plan. */
export const IDS_PER_STATEMENT = 2_000;

/** `values` in groups of at most `size`. */
export function* inGroups<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}
