/** A string as an SQL literal. */
export const sqlString = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** `column IN (...)` over strings. */
export const sqlIn = (column: string, values: readonly string[]): string =>
  `${column} IN (${values.map(sqlString).join(', ')})`;

/** Maximum literals per SQL statement: planning is slow with many more. */
export const IDS_PER_STATEMENT = 2_000;

/** `values` in groups of at most `size`. */
export function* inGroups<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}
