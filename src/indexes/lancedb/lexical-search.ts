import type { Table as LanceTable } from '@lancedb/lancedb';
import { lexicalQuery } from '../../documents/lexical/index.ts';
import { guarded, loadLance } from '../../io/lance/index.ts';
import type { Bm25Hit } from '../rescored-hits.ts';
import { withAllTies } from '../with-all-ties.ts';
import { collect, HIT_COLUMNS } from './hits.ts';

/** BM25 search in the full-text index of an index table. */
export async function bm25Hits(
  table: LanceTable,
  text: string,
  depth: number,
  where: string | undefined,
): Promise<Bm25Hit[]> {
  const terms = lexicalQuery(text);
  if (terms.length === 0) return [];
  const { lance } = await loadLance();
  const matches = new lance.MatchQuery(terms.join(' '), 'terms');
  return withAllTies(depth, async (limit) => {
    const search = table
      .query()
      .fullTextSearch(matches)
      .select([...HIT_COLUMNS, 'terms', '_score'])
      .limit(limit);
    if (where !== undefined) search.where(where);
    const candidates = await guarded('Searching words', () => collect(search));
    return candidates.map(({ hit, bm25, terms: column }) => ({
      hit: { ...hit, score: bm25 },
      terms: column,
    }));
  });
}
