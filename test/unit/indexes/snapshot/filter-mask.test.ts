import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../../src/core/index.ts';
import { FilterColumns } from '../../../../src/indexes/snapshot/query/filter-mask.ts';
import type { OpenedSnapshot } from '../../../../src/indexes/snapshot/query/opened.ts';
import { ReadMeter } from '../../../../src/indexes/snapshot/reading/read-meter.ts';
import { SearchMemory } from '../../../../src/indexes/snapshot/reading/search-memory.ts';

const ALL: Filter = { and: [] };
const NONE: Filter = { or: [] };

/** The rows that a filter's mask selects in an index of `rows` rows, and the count that it states. */
async function allowed(filter: Filter, rows: number) {
  const opened = { header: { rows, columns: [] } } as unknown as OpenedSnapshot;
  const context = { meter: new ReadMeter(), memory: new SearchMemory() };
  const { bits, count } = await new FilterColumns(opened).mask(filter, context);
  const found = [...bits].flatMap((word, at) =>
    Array.from({ length: 32 }, (_, bit) => ((word >>> bit) & 1 ? 32 * at + bit : -1)).filter(
      (row) => row >= 0,
    ),
  );
  return { found, count };
}

describe('a filter mask', () => {
  it.each([0, 1, 31, 32, 33, 63, 64, 65, 100])('sets no bit beyond the last of %i rows', async (rows) => {
    const all = Array.from({ length: rows }, (_, row) => row);
    for (const filter of [ALL, { not: NONE }, { not: { not: ALL } }, { or: [NONE, ALL] }])
      expect(await allowed(filter, rows)).toEqual({ found: all, count: rows });
    for (const filter of [NONE, { not: ALL }, { and: [ALL, NONE] }])
      expect(await allowed(filter, rows)).toEqual({ found: [], count: 0 });
  });
});
